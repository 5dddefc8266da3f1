// A turn: what was taken in together goes out together, and only after it has been put down durably.

/** What has something to send at the end of a turn. */
export interface Sender {
  flush(): void;
  /** What it has is not to be sent, nor anything else. */
  abandon(): void;
}

/**
 * One commit and one write a receiver serve everything that happens in a turn, so that a broker with much to do does
 * less for each message. Nothing leaves before `commit`: no acknowledgement tells of what a crash could still undo.
 */
export class Turn {
  #senders: Sender[] = [];
  #over: PromiseWithResolvers<void> | undefined;
  #planned = false;
  #speaker: object | undefined;
  #isAlone = false;

  /** `plan`: calls what it is given when the turn is to end. `commit`: whether everything could be put down. */
  constructor(
    readonly plan: (end: () => void) => void = queueMicrotask,
    readonly commit: () => boolean = () => true,
  ) {}

  /** `sender` has something to send; said once a turn. */
  add(sender: Sender): void {
    this.#senders.push(sender);
    this.begin();
  }

  /** Something came from `who`. Whoever speaks twice in a row speaks alone: nothing that others say is waited for. */
  spoken(who: object): void {
    this.#isAlone = who === this.#speaker;
    this.#speaker = who;
  }

  /** Something has changed that is to be put down. */
  begin(): void {
    if (this.#planned) return;
    this.#planned = true;
    if (this.#isAlone) queueMicrotask(this.#end);
    else this.plan(this.#end);
  }

  /** Until this turn is over. */
  get over(): Promise<void> {
    if (!this.#planned) return Promise.resolve();
    this.#over ??= Promise.withResolvers();
    return this.#over.promise;
  }

  readonly #end = (): void => {
    this.#planned = false;
    const senders = this.#senders;
    this.#senders = [];
    const over = this.#over;
    this.#over = undefined;
    const isCommitted = this.commit();
    for (const sender of senders)
      if (isCommitted) sender.flush();
      else sender.abandon();
    over?.resolve();
  };
}
