// What plots are called, in both languages.
export const said = {
  en: {
    rdwr: {
      write: "Write: µs by octets of the message, medians with 95 % intervals",
      read: "Read: µs by octets of the message, medians with 95 % intervals",
    },
    write: "write",
    read: "read",
    cycles: "write and read of each cycle",
    phases: "how long each phase took",
    packets: (milliseconds: number) => `Packets in each ${Number(milliseconds.toPrecision(4))} ms`,
    messages: (milliseconds: number) =>
      `DHCP, DNS, NTP and MQTT messages in each ${Number(milliseconds.toPrecision(4))} ms`,
    throughput: "Throughput: kbit/s on the wire",
    stacked: "What TLS costs: octets of each session",
    payload: "carried",
    tls: "TLS: handshake and records",
    below: "TCP, IP and Ethernet",
    dns: "DNS: from question to answer",
    pings: "MQTT: from PINGREQ to PINGRESP",
    clocks: "NTP: the server's clock against the capture's",
  },
  es: {
    rdwr: {
      write: "Escritura: µs según los octetos del mensaje, medianas con intervalos del 95 %",
      read: "Lectura: µs según los octetos del mensaje, medianas con intervalos del 95 %",
    },
    write: "escritura",
    read: "lectura",
    cycles: "escritura y lectura de cada ciclo",
    phases: "cuánto duró cada fase",
    packets: (milliseconds: number) => `Paquetes cada ${Number(milliseconds.toPrecision(4))} ms`,
    messages: (milliseconds: number) =>
      `Mensajes DHCP, DNS, NTP y MQTT cada ${Number(milliseconds.toPrecision(4))} ms`,
    throughput: "Caudal: kbit/s en el cable",
    stacked: "Lo que cuesta TLS: octetos de cada sesión",
    payload: "transportado",
    tls: "TLS: negociación y registros",
    below: "TCP, IP y Ethernet",
    dns: "DNS: de la pregunta a la respuesta",
    pings: "MQTT: de PINGREQ a PINGRESP",
    clocks: "NTP: el reloj del servidor frente al de la captura",
  },
} as const;
