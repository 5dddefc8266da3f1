// What can go wrong with the time: nobody tells it, somebody tells a wrong one, or refuses to.
import { changePc, hurried } from "./changes.ts";
import { type Fault, numbers, oneOf } from "./fault.ts";

export const ntpSilent: Fault = {
  shows: { en: "the time server is silent", es: "el servidor de hora calla" },
  says: {
    en: "JORGE-PC hears the board's requests and answers none. After three of them the board gives up: without the time it can't judge any certificate.",
    es: "JORGE-PC oye las peticiones de la placa y no responde a ninguna. A la tercera la placa se rinde: sin hora no puede juzgar ningún certificado.",
  },
  changes: ["time server"],
  onlyOurs: {
    en: "a time server that hears and never answers",
    es: "un servidor de hora que oye y nunca responde",
  },
  lay: (cast, { options }) => hurried(changePc(cast, { time: "silent" }), 300, options),
  outcome: () => ({ layer: "NTP", fails: "NTP", findings: ["ntp.unanswered"] }),
};

const year = 365.25 * 86_400;

export const wrongClock: Fault = {
  shows: {
    en: "the time server is wrong by years: the certificate is not yet valid",
    es: "el servidor de hora se equivoca en años: el certificado aún no es válido",
  },
  says: {
    en: "The board sets its clock by a server that is years behind, or ahead. What shows it is TLS: by that clock the broker's certificate is not yet valid, or expired, and the board refuses a broker that is right.",
    es: "La placa pone en hora su reloj con un servidor que va años atrasado, o adelantado. Quien lo nota es TLS: según ese reloj el certificado del broker aún no vale, o ya caducó, y la placa rechaza a un broker que está bien.",
  },
  changes: ["time server"],
  needs: ["TLS"],
  value: numbers(-10, -50, 50, "years"),
  onlyOurs: { en: "a clock that is wrong by years", es: "un reloj que se equivoca en años" },
  lay: (cast, { value }) => changePc(cast, { time: { wrong: { ahead: Number(value) * year } } }),
  outcome: () => ({ layer: "NTP", fails: "TLS", findings: ["ntp.offset"] }),
};

export const kissOfDeath: Fault = {
  shows: {
    en: "the time server refuses with a kiss-o'-death",
    es: "el servidor de hora se niega con un kiss-o'-death",
  },
  says: {
    en: "The server answers with stratum 0 and four letters in place of a time. Who is told DENY or RSTR asks no more: the board has no time, and ends there.",
    es: "El servidor responde con estrato 0 y cuatro letras en lugar de una hora. A quien se le dice DENY o RSTR no pregunta más: la placa no tiene hora, y ahí termina.",
  },
  changes: ["time server"],
  value: oneOf("DENY", "DENY", "RSTR"),
  onlyOurs: { en: "a kiss-o'-death at the first request", es: "un kiss-o'-death a la primera petición" },
  lay: (cast, { value }) => changePc(cast, { time: { settings: { kiss: value } } }),
  outcome: () => ({ layer: "NTP", fails: "NTP", findings: ["ntp.kiss-o-death"] }),
};
