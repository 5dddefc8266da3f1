// What each option is for, in one plain sentence.
import type { Explanations } from "../packet/index.ts";

/** By option code: section of RFC 2132 (or another reference), English, Spanish. */
const sentences: Readonly<Record<number, readonly [reference: string, en: string, es: string]>> = {
  1: [
    "§3.3",
    "Which part of an address names the network and which the host.",
    "Qué parte de una dirección nombra la red y cuál el equipo.",
  ],
  2: ["§3.4", "How far local time is from UTC.", "Cuánto se aparta la hora local de UTC."],
  3: [
    "§3.5",
    "The way out: whom to hand what is not for this network.",
    "La salida: a quién entregar lo que no es para esta red.",
  ],
  4: [
    "§3.6",
    "Servers of the old time protocol of RFC 868.",
    "Servidores del antiguo protocolo de hora de la RFC 868.",
  ],
  5: [
    "§3.7",
    "Servers of the name protocol before DNS (IEN 116).",
    "Servidores del protocolo de nombres anterior a DNS (IEN 116).",
  ],
  6: [
    "§3.8",
    "Whom to ask what address a name has, in order of preference.",
    "A quién preguntar qué dirección tiene un nombre, por orden de preferencia.",
  ],
  7: ["§3.9", "Where to send log messages.", "Adónde enviar los mensajes de registro."],
  8: ["§3.10", "Servers that send a saying (RFC 865).", "Servidores que envían una cita (RFC 865)."],
  9: ["§3.11", "Where to print (RFC 1179).", "Dónde imprimir (RFC 1179)."],
  10: ["§3.12", "Imagen Impress print servers.", "Servidores de impresión Imagen Impress."],
  11: [
    "§3.13",
    "Servers that know where services are (RFC 887).",
    "Servidores que saben dónde están los servicios (RFC 887).",
  ],
  12: [
    "§3.14",
    "The name that the client goes by, or is to go by.",
    "El nombre que usa, o ha de usar, el cliente.",
  ],
  13: ["§3.15", "How large the system to load is.", "Cuánto ocupa el sistema que hay que cargar."],
  14: [
    "§3.16",
    "Where the client writes its memory if it crashes.",
    "Dónde escribe el cliente su memoria si falla.",
  ],
  15: [
    "§3.17",
    "The domain that short names are completed with.",
    "El dominio con que se completan los nombres cortos.",
  ],
  16: ["§3.18", "Where the client may swap memory to.", "Adónde puede el cliente volcar memoria."],
  17: [
    "§3.19",
    "The folder that becomes the client's root disk.",
    "La carpeta que será el disco raíz del cliente.",
  ],
  18: ["§3.20", "A file with more options.", "Un fichero con más opciones."],
  19: [
    "§4.1",
    "Whether the client passes on packets that are not for it.",
    "Si el cliente reenvía paquetes que no son para él.",
  ],
  20: [
    "§4.2",
    "Whether it passes on packets whose sender chose the route.",
    "Si reenvía paquetes cuya ruta eligió el emisor.",
  ],
  21: ["§4.3", "Where such packets may go.", "Adónde pueden ir esos paquetes."],
  22: [
    "§4.4",
    "The largest datagram that the client must put together.",
    "El mayor datagrama que el cliente debe recomponer.",
  ],
  23: [
    "§4.5",
    "How many routers a packet of the client may cross.",
    "Cuántos routers puede cruzar un paquete del cliente.",
  ],
  24: [
    "§4.6",
    "How long a path's largest packet size is remembered.",
    "Cuánto se recuerda el mayor tamaño de paquete de un camino.",
  ],
  25: [
    "§4.7",
    "The packet sizes to try when looking for the largest.",
    "Los tamaños de paquete que se prueban al buscar el mayor.",
  ],
  26: ["§5.1", "The largest packet that this network carries.", "El mayor paquete que lleva esta red."],
  27: [
    "§5.2",
    "Whether all subnets carry packets as large.",
    "Si todas las subredes llevan paquetes igual de grandes.",
  ],
  28: [
    "§5.3",
    "The address that means everyone on this network.",
    "La dirección que significa todos en esta red.",
  ],
  29: ["§5.4", "Whether to ask for the mask by ICMP.", "Si se pide la máscara por ICMP."],
  30: ["§5.5", "Whether to answer others who ask for it.", "Si se responde a otros que la piden."],
  31: ["§5.6", "Whether to look for routers by ICMP.", "Si se buscan routers por ICMP."],
  32: ["§5.7", "Where to look for them.", "Dónde buscarlos."],
  33: [
    "§5.8",
    "Routes to single networks, from before prefixes had lengths.",
    "Rutas a redes sueltas, de cuando los prefijos no tenían longitud.",
  ],
  34: [
    "§6.1",
    "Whether headers follow the data on the link, an idea long given up.",
    "Si las cabeceras siguen a los datos en el enlace, idea abandonada hace mucho.",
  ],
  35: ["§6.2", "How long ARP answers are kept.", "Cuánto se guardan las respuestas ARP."],
  36: ["§6.3", "Which Ethernet framing to use.", "Qué encapsulado Ethernet usar."],
  37: ["§7.1", "How many routers a TCP segment may cross.", "Cuántos routers puede cruzar un segmento TCP."],
  38: [
    "§7.2",
    "How long TCP stays silent before it checks on the peer.",
    "Cuánto calla TCP antes de comprobar que el otro sigue ahí.",
  ],
  39: [
    "§7.3",
    "Whether that check carries an octet of garbage, for old peers.",
    "Si esa comprobación lleva un octeto sin valor, para equipos antiguos.",
  ],
  40: ["§8.1", "The client's NIS domain.", "El dominio NIS del cliente."],
  41: ["§8.2", "Its NIS servers.", "Sus servidores NIS."],
  42: [
    "§8.3",
    "Whom to ask the time, in order of preference.",
    "A quién preguntar la hora, por orden de preferencia.",
  ],
  43: ["§8.4", "What a vendor tells its own devices.", "Lo que un fabricante dice a sus propios aparatos."],
  44: [
    "§8.5",
    "Servers that know Windows (NetBIOS) names.",
    "Servidores que conocen los nombres de Windows (NetBIOS).",
  ],
  45: ["§8.6", "Servers that spread NetBIOS datagrams.", "Servidores que distribuyen datagramas NetBIOS."],
  46: [
    "§8.7",
    "How NetBIOS names are looked for: by broadcast, by server, or both.",
    "Cómo se buscan los nombres NetBIOS: por difusión, por servidor o ambos.",
  ],
  47: [
    "§8.8",
    "The group within which NetBIOS names are known.",
    "El grupo en el que se conocen los nombres NetBIOS.",
  ],
  48: ["§8.9", "Where X Window fonts come from.", "De dónde vienen los tipos de letra de X Window."],
  49: ["§8.10", "Where one logs in to X Window.", "Dónde se inicia sesión en X Window."],
  50: [
    "§9.1",
    "The address that the client would like to have.",
    "La dirección que el cliente quiere tener.",
  ],
  51: [
    "§9.2",
    "For how long the address is the client's; it must renew it before.",
    "Durante cuánto tiempo la dirección es del cliente; debe renovarla antes.",
  ],
  52: [
    "§9.3",
    "The rooms of server name and boot file hold options too.",
    "Los espacios del nombre del servidor y del fichero contienen también opciones.",
  ],
  53: [
    "§9.6",
    "What the message is: discover, offer, request, acknowledgement and so on.",
    "Qué es el mensaje: descubrimiento, oferta, petición, confirmación, etc.",
  ],
  54: [
    "§9.7",
    "Which server this is, or which one the client chose.",
    "Qué servidor es, o cuál eligió el cliente.",
  ],
  55: [
    "§9.8",
    "What the client would like to be told, by option code.",
    "Qué quiere saber el cliente, por código de opción.",
  ],
  56: ["§9.9", "Why something was refused, in words.", "Por qué se rechazó algo, en palabras."],
  57: ["§9.10", "The largest message that the client accepts.", "El mayor mensaje que acepta el cliente."],
  58: [
    "§9.11",
    "When the client asks its server to renew the lease: by default at half of it.",
    "Cuándo pide el cliente a su servidor renovar la concesión: por defecto, a la mitad.",
  ],
  59: [
    "§9.12",
    "When it asks any server, because its own does not answer: by default at 7/8.",
    "Cuándo lo pide a cualquier servidor, porque el suyo no responde: por defecto, a los 7/8.",
  ],
  60: ["§9.13", "What make of client this is.", "De qué marca o tipo es el cliente."],
  61: [
    "§9.14",
    "Who the client is, if its hardware address alone is not to decide.",
    "Quién es el cliente, si no ha de decidirlo solo su dirección física.",
  ],
  64: ["§8.11", "The client's NIS+ domain.", "El dominio NIS+ del cliente."],
  65: ["§8.12", "Its NIS+ servers.", "Sus servidores NIS+."],
  66: [
    "§9.4",
    "The server name, where its room is used for options.",
    "El nombre del servidor, cuando su espacio se usa para opciones.",
  ],
  67: [
    "§9.5",
    "The boot file, where its room is used for options.",
    "El fichero de arranque, cuando su espacio se usa para opciones.",
  ],
  68: ["§8.13", "Home agents of Mobile IP.", "Agentes locales de Mobile IP."],
  69: ["§8.14", "Servers that take mail.", "Servidores que aceptan correo."],
  70: ["§8.15", "Servers that hold mail.", "Servidores que guardan el correo."],
  71: ["§8.16", "News servers.", "Servidores de noticias."],
  72: ["§8.17", "Web servers.", "Servidores web."],
  73: ["§8.18", "Servers that tell who is logged in.", "Servidores que dicen quién tiene sesión iniciada."],
  74: ["§8.19", "Chat (IRC) servers.", "Servidores de charla (IRC)."],
  75: ["§8.20", "StreetTalk servers.", "Servidores StreetTalk."],
  76: ["§8.21", "StreetTalk directory servers.", "Servidores de directorio StreetTalk."],
  77: [
    "RFC 3004 §4",
    "Groups that the client counts itself among.",
    "Grupos de los que el cliente dice formar parte.",
  ],
  80: [
    "RFC 4039 §4",
    "The client takes the first answer as final: two messages instead of four.",
    "El cliente toma la primera respuesta por definitiva: dos mensajes en vez de cuatro.",
  ],
  81: [
    "RFC 4702 §2",
    "The client's whole name, and who enters it in the DNS.",
    "El nombre completo del cliente y quién lo apunta en el DNS.",
  ],
  82: [
    "RFC 3046 §2.0",
    "What a relay adds: the port or line that the client is on.",
    "Lo que añade un relé: el puerto o la línea en que está el cliente.",
  ],
  90: [
    "RFC 3118 §2",
    "Proof of who sent the message; hardly anyone uses it.",
    "Prueba de quién envió el mensaje; casi nadie la usa.",
  ],
  91: ["RFC 4388 §6.1", "How long ago the client was last heard of.", "Cuánto hace que se supo del cliente."],
  92: ["RFC 4388 §6.1", "All addresses that the client has.", "Todas las direcciones que tiene el cliente."],
  93: [
    "RFC 4578 §2.1",
    "What machine starts over the network: BIOS or UEFI, and of which processor.",
    "Qué máquina arranca por la red: BIOS o UEFI, y de qué procesador.",
  ],
  94: [
    "RFC 4578 §2.2",
    "The network starting interface that its card offers.",
    "La interfaz de arranque por red que ofrece su tarjeta.",
  ],
  97: [
    "RFC 4578 §2.3",
    "The machine's own identifier (UUID).",
    "El identificador propio de la máquina (UUID).",
  ],
  100: ["RFC 4833 §2", "The time zone, as POSIX writes it.", "La zona horaria, como la escribe POSIX."],
  101: [
    "RFC 4833 §2",
    "The time zone by its name, such as Europe/Madrid.",
    "La zona horaria por su nombre, como Europe/Madrid.",
  ],
  108: [
    "RFC 8925 §3.1",
    "For how long a client that can do without IPv4 is to do without it.",
    "Durante cuánto tiempo prescinde de IPv4 un cliente que puede hacerlo.",
  ],
  114: [
    "RFC 8910 §2.1",
    "The page to sign in at before the network opens.",
    "La página en que identificarse antes de que la red se abra.",
  ],
  116: [
    "RFC 2563 §2",
    "Whether a client without lease may give itself an address.",
    "Si un cliente sin concesión puede darse una dirección.",
  ],
  117: [
    "RFC 2937",
    "Which name services to ask, in order.",
    "Qué servicios de nombres consultar, por orden.",
  ],
  118: [
    "RFC 3011 §2",
    "The subnet from which an address is wanted.",
    "La subred de la que se quiere una dirección.",
  ],
  119: [
    "RFC 3397 §2",
    "Domains to try, in order, when a short name is looked up.",
    "Dominios que se prueban, por orden, al buscar un nombre corto.",
  ],
  121: [
    "RFC 3442",
    "Routes with the length of their prefix; where they are given, option 3 does not count.",
    "Rutas con la longitud de su prefijo; si se dan, la opción 3 no cuenta.",
  ],
  124: [
    "RFC 3925 §3",
    "What make of client this is, under its maker's number.",
    "De qué tipo es el cliente, bajo el número de su fabricante.",
  ],
  125: [
    "RFC 3925 §4",
    "What makers tell their devices, each under its number.",
    "Lo que los fabricantes dicen a sus aparatos, cada uno bajo su número.",
  ],
  138: [
    "RFC 5417 §2",
    "Controllers that wireless access points are to join.",
    "Controladores a los que se unen los puntos de acceso inalámbricos.",
  ],
  143: [
    "RFC 8572 §8.1",
    "Where a new device finds its first configuration.",
    "Dónde encuentra un aparato nuevo su primera configuración.",
  ],
  145: [
    "RFC 6704 §3.1.1",
    "The client can tell a true order to renew from a forged one.",
    "El cliente distingue una orden de renovar verdadera de una falsa.",
  ],
  150: [
    "RFC 5859 §3",
    "Servers to load configuration from, for telephones above all.",
    "Servidores de los que cargar la configuración, sobre todo para teléfonos.",
  ],
  161: [
    "RFC 8520 §10",
    "Where it is described what this device may do on the network.",
    "Dónde se describe qué puede hacer este aparato en la red.",
  ],
  249: [
    "RFC 3442",
    "The same as option 121, under the code that Windows used before.",
    "Lo mismo que la opción 121, con el código que Windows usaba antes.",
  ],
  252: [
    "draft-ietf-wrec-wpad-01 §4.4.1",
    "Where the web proxy's settings are.",
    "Dónde está la configuración del proxy web.",
  ],
};

/** Options may also lie in the rooms `file` and `sname`. */
const areas = ["options", "file", "sname"] as const;

export const optionExplanations: Explanations = Object.fromEntries(
  Object.entries(sentences).flatMap(([code, [reference, en, es]]) =>
    areas.map(area => [
      `${area}.${code}`,
      { en, es, reference: reference.startsWith("§") ? `RFC 2132 ${reference}` : reference },
    ]),
  ),
);
