// Exercise: an option that nobody knows, described in the lab's own language.
import { anExercise, ask, type Run } from "../exercise.ts";
import { type BuiltVector, built } from "../kinds/built.ts";
import { number } from "../kinds/index.ts";
import { type Field, kinds, type Maker, makersOption } from "./makers-option.ts";
import { messagesOf, type Told } from "./messages.ts";

type MakerRun = Run<Maker>;

const acks = (run: MakerRun): Told[] => messagesOf(run, "ACK");
const optionIn = ({ message }: Told, code: number): Uint8Array =>
  (message.options as readonly { code: number; value: unknown }[]).find(one => one.code === code)!
    .value as Uint8Array;

/** What the option of each DHCPACK is to be decoded to. */
const vectors = (run: MakerRun): BuiltVector[] =>
  acks(run).map(ack => {
    const hex = optionIn(ack, run.task.code).toHex();
    const { values } = run.task.clients.find(({ mac }) => mac === ack.mac)!;
    const entries = run.task.fields.map((field, i) => [field, decoded(field, values[i]!)] as const);
    return { hex, value: Object.fromEntries(entries) };
  });

const decoded = (field: Field, value: number): unknown =>
  field === "flags" ? { secure: value >> 7, qos: (value >> 5) & 3, reserved: value & 31 } : value;

const source = ({ task: { fields } }: MakerRun): string =>
  `import { bits, ipv4Address, struct, u16, u32, u8 } from "lab/wire";
export const option = struct({ ${fields.map(field => `${field}: ${kinds[field].codec}`).join(", ")} });
void [bits, ipv4Address, u16, u32, u8];
`;

const layout = ({ task: { fields } }: MakerRun, language: "en" | "es"): string =>
  fields.map(field => `    ${field}: ${kinds[field].says[language]}`).join("\n");

export const exercise = anExercise<Maker>({
  id: "dhcp-decoder",
  subject: "dhcp",
  level: "build",
  title: { en: "An option that nobody knows", es: "Una opción que nadie conoce" },
  scene: makersOption,
  story: run => ({
    en: `A maker of devices tells them where to report in an option of its own. Its manual says what lies in it, in this order:

${layout(run, "en")}

Describe it in the lab's own language: a file with

    import { bits, ipv4Address, struct, u8, u16, u32 } from "lab/wire";
    export const option = struct({ … });

where the names of the fields are those of the manual, and an address is a number, as ipv4Address reads it. The lab decodes the option of every DHCPACK of your capture with it, and encodes it again.`,
    es: `Un fabricante de aparatos les dice dónde informar en una opción propia. Su manual cuenta qué hay en ella, en este orden:

${layout(run, "es")}

Descríbela en el lenguaje del laboratorio: un archivo con

    import { bits, ipv4Address, struct, u8, u16, u32 } from "lab/wire";
    export const option = struct({ … });

donde los campos se llaman como en el manual, y una dirección es un número, como la lee ipv4Address. El laboratorio decodifica con él la opción de cada DHCPACK de tu captura, y la vuelve a codificar.`,
  }),
  questions: [
    ask({
      id: "code",
      asks: {
        en: "Which code has the maker's option? One of those for local use (RFC 3942).",
        es: "¿Qué código tiene la opción del fabricante? Uno de los de uso local (RFC 3942).",
      },
      kind: number({ example: "224" }),
      expected: (run: MakerRun) => run.task.code,
      wrong: [
        {
          answer: () => 43,
          says: run => ({
            en: `43 is for vendors too, but is not there. Look at the last options of packet ${acks(run)[0]!.number}, those that the inspector has no name for (RFC 3942 §2).`,
            es: `La 43 también es de fabricantes, pero no está. Mira las últimas opciones del paquete ${acks(run)[0]!.number}, aquellas para las que el inspector no tiene nombre (RFC 3942 §2).`,
          }),
        },
        {
          answer: run => run.task.fields.reduce((sum, field) => sum + kinds[field].size, 0),
          says: {
            en: "That is its length, the octet behind the code (RFC 2132 §2).",
            es: "Eso es su longitud, el octeto que sigue al código (RFC 2132 §2).",
          },
        },
      ],
      otherwise: run => ({
        en: `Look at the options of a DHCPACK, packet ${acks(run)[0]!.number}, from 224 to 254 (RFC 3942 §2).`,
        es: `Mira las opciones de un DHCPACK, paquete ${acks(run)[0]!.number}, de la 224 a la 254 (RFC 3942 §2).`,
      }),
      tshark: {
        filter: "dhcp.option.dhcp == 5",
        fields: ["dhcp.option.type"],
        concludes: ([row]) => row![0]!.split(",").find(code => Number(code) >= 224 && Number(code) <= 254)!,
      },
    }),
    ask({
      id: "decoder",
      asks: { en: "Your decoder: the path of its file.", es: "Tu decodificador: la ruta de su archivo." },
      kind: built(vectors),
      expected: () => "decoder.ts",
      wrong: [],
      otherwise: run => ({
        en: `Compare with the octets of the option in packet ${acks(run)[0]!.number}: their sizes add up to its length, and numbers have their highest octet first (protocols/wire/index.ts lists the language's words).`,
        es: `Compara con los octetos de la opción en el paquete ${acks(run)[0]!.number}: los tamaños suman su longitud, y los números llevan primero el octeto más alto (protocols/wire/index.ts enumera las palabras del lenguaje).`,
      }),
    }),
  ],
  hints: [
    {
      en: "struct({ name: codec, … }) reads its fields one after the other. u8, u16 and u32 are numbers of one, two and four octets.",
      es: "struct({ nombre: códec, … }) lee sus campos uno tras otro. u8, u16 y u32 son números de uno, dos y cuatro octetos.",
    },
    {
      en: "bits({ secure: 1, qos: 2, reserved: 5 }) is one octet taken apart; the bits add up to 8.",
      es: "bits({ secure: 1, qos: 2, reserved: 5 }) es un octeto desmenuzado; los bits suman 8.",
    },
    {
      en: "protocols/ntp/format.ts is an example of one page.",
      es: "protocols/ntp/format.ts es un ejemplo de una página.",
    },
  ],
  solve: run => ({ decoder: source(run) }),
});
