// What is in each option of DHCP, in Wireshark's fields: one line a code.
import type { Cursor } from "../../packet/cursor.ts";
import { textOf } from "../../packet/cursor.ts";
import { expert } from "../../packet/wireshark.ts";
import { agentInformation, clientIdentifier, fullyQualified, userClass, uuid } from "./identities.ts";
import { domainList } from "./names.ts";
import { vendorOptions } from "./vendors.ts";

/** What the message tells elsewhere: its vendor class decides how vendors' options are read. */
export interface Message {
  readonly vendorClass: string;
}

/** Why an option is of the wrong size; `bare`: its octets are shown in place of what they should be. */
export interface Problem {
  readonly message: string;
  readonly bare?: boolean;
}
export type Kind = (cursor: Cursor, end: number, message: Message) => Problem | undefined;

const prefix = (name: string): string => (name.startsWith("dhcp.") ? name : `dhcp.option.${name}`);
const left = (cursor: Cursor, end: number): number => end - cursor.at;

const exactly =
  (width: 1 | 2 | 4, take: (cursor: Cursor) => void): Kind =>
  (cursor, end) => {
    if (left(cursor, end) !== width) return { message: `length isn't ${width}`, bare: true };
    take(cursor);
  };
const number = (width: 1 | 2 | 4, name: string): Kind =>
  exactly(width, cursor => cursor.number(prefix(name), width));
const u8 = (name: string) => number(1, name);
const u16 = (name: string) => number(2, name);
const u32 = (name: string) => number(4, name);
/** The field's type makes it an address. */
const ipv4 = u32;
const boolean = (name: string): Kind =>
  exactly(1, cursor => cursor.item(prefix(name), cursor.peek(1) === 0 ? 0 : 1, cursor.take(1), 1));
/** Seconds since 1900 (RFC 6926 §6.2.3), which Wireshark takes for NTP's. */
const seconds = (name: string): Kind =>
  exactly(4, cursor => {
    const value = cursor.peek(4);
    const era = value < 0x8000_0000 ? 2_085_978_496n : -2_208_988_800n;
    const unix = (era + BigInt(value)) * 1_000_000_000n;
    cursor.item(prefix(name), value === 0 ? 0n : unix, cursor.take(4), 4);
  });

/** Rows of numbers of these widths. */
const rows =
  (...columns: readonly (readonly [name: string, width: 1 | 2 | 4])[]): Kind =>
  (cursor, end) => {
    const width = columns.reduce((sum, [, size]) => sum + size, 0);
    const found = left(cursor, end);
    if (columns.length > 1 && found % width !== 0)
      return { message: `Option length isn't a multiple of ${width}` };
    let count = 0;
    for (; left(cursor, end) >= width; count++)
      for (const [name, size] of columns) cursor.number(prefix(name), size);
    if (left(cursor, end) > 0)
      return { message: `Option length isn't a multiple of ${width}`, bare: count === 0 };
  };
/** Addresses. Wireshark takes none of them where their number is not whole. */
const addresses =
  (name: string): Kind =>
  (cursor, end) => {
    if (left(cursor, end) % 4 !== 0) return { message: "Option length isn't a multiple of 4", bare: true };
    while (cursor.at < end) cursor.number(prefix(name), 4);
  };
const octets = (name: string): Kind => rows([name, 1]);
const text =
  (name: string): Kind =>
  (cursor, end) => {
    const size = left(cursor, end);
    const at = cursor.take(size);
    cursor.item(prefix(name), textOf(cursor.octets(at, size)).text, at, size);
  };

const signed: Kind = exactly(4, cursor => {
  const value = cursor.peek(4) | 0;
  cursor.item("dhcp.option.time_offset", value, cursor.take(4), 4);
});

/** Its first octet is what counts. */
const messageType: Kind = cursor => void cursor.number("dhcp.option.dhcp", 1);

const vendorClass: Kind = (cursor, end, message) => {
  const size = left(cursor, end);
  const start = cursor.at;
  const said = textOf(cursor.octets(start, size)).text;
  text("vendor_class_id")(cursor, end, message);
  // Of these what follows their name is shown once more.
  const data = said.startsWith("AAPLBSDPC/")
    ? start + "AAPLBSDPC/".length
    : /^(pktc|docsis|OpenCable|CableHome)/i.test(said)
      ? start
      : undefined;
  if (data !== undefined && data < end)
    cursor.item("dhcp.option.vendor_class_data", said.slice(data - start), data, end - data);
};

/** RFC 3118 §2. */
const authentication: Kind = (cursor, end) => {
  if (left(cursor, end) < 11) return { message: "length isn't >= 11" };
  const name = (part: string) => `dhcp.option.dhcp_authentication.${part}`;
  const protocol = cursor.number(name("protocol"), 1);
  cursor.number(name(protocol === 1 ? "alg_delay" : "algorithm"), 1);
  cursor.number(name("rdm"), 1);
  const at = cursor.take(8);
  cursor.item(name("rdm_replay_detection"), cursor.view.getBigUint64(at), at, 8);
  if (protocol === 1) {
    if (left(cursor, end) <= 20) return;
    cursor.number(name("secret_id"), 4);
    cursor.bytes(name("hmac_md5_hash"), 16);
  } else if (cursor.at < end) text("dhcp_authentication.information")(cursor, end, undefined as never);
};

const networkInterface: Kind = (cursor, end) => {
  cursor.take(1);
  cursor.number("dhcp.client_network_id_major", 1);
  cursor.number("dhcp.client_network_id_minor", 1);
  cursor.at = end;
};

const machine: Kind = (cursor, end) => {
  if (left(cursor, end) !== 17 || cursor.peek(1) !== 0) return;
  cursor.take(1);
  uuid(cursor);
};

/** RFC 2937 §2: who is asked for names, told by their options. */
const nameServices: Kind = (cursor, end) => {
  if (left(cursor, end) % 2 !== 0) return { message: `length (${left(cursor, end)}) isn't even number` };
  const start = cursor.at - 2;
  while (cursor.at < end) {
    const code = cursor.peek(2);
    const at = cursor.take(2);
    const service = services[code];
    if (service !== undefined)
      cursor.item("dhcp.option.dhcp_name_service_search_option", `${service} (${code})`, at, 2);
    else {
      const message = `Invalid Name Service (${code}). RFC 2937 defines only 0, 6, 41, 44, and 65 as possible values.`;
      cursor.items.push(expert("dhcp.option.dhcp_name_service.invalid", "error", "protocol", message, start));
    }
  }
};
const services: Readonly<Record<number, string>> = {
  0: "Local naming information (e.g., an /etc/hosts file on a UNIX machine)",
  6: "Domain Name Server Option",
  41: "Network Information Servers Option",
  44: "NetBIOS over TCP/IP Name Server Option",
  65: "Network Information Service+ Servers Option",
};

/** RFC 3361 §2. */
const sipServers: Kind = (cursor, end) => {
  if (cursor.at === end) return;
  const [start, size] = [cursor.at - 2, left(cursor, end)];
  const encoding = cursor.number("dhcp.option.sip_server.encoding", 1);
  if (encoding === 0) return domainList("dhcp.option.sip_server.name")(cursor, end);
  if (encoding === 1) {
    if (size < 5) return { message: `length isn't >= 5 (len = ${size})` };
    while (left(cursor, end) >= 4) cursor.number("dhcp.option.sip_server.address", 4);
    return;
  }
  const message = `RFC 3361 defines only 0 and 1 for Encoding byte (Encoding = ${encoding}).`;
  cursor.items.push(expert("dhcp.option.sip_server_address.encoding", "error", "protocol", message, start));
};

/** RFC 3442: as many octets of the destination as its mask has. */
const routes: Kind = (cursor, end) => {
  if (left(cursor, end) < 5) return { message: "length isn't >= 5" };
  while (cursor.at < end) {
    const size = 1 + Math.ceil(Math.min(cursor.peek(1), 32) / 8) + 4;
    cursor.bytes("dhcp.option.classless_static_route", size);
  }
};

/** RFC 3925 §3. */
const vendorClasses: Kind = (cursor, end) => {
  if (left(cursor, end) === 1) {
    cursor.number("dhcp.option.vi_class.cl_address_mode", 1);
    return;
  }
  if (left(cursor, end) > 0 && left(cursor, end) < 5) return { message: "length < 5" };
  while (left(cursor, end) >= 5) {
    cursor.number("dhcp.option.vi_class.enterprise", 4);
    const size = cursor.number("dhcp.option.vi_class.length", 1);
    text("vi_class.data")(cursor, cursor.at + size, undefined as never);
  }
};

/** RFC 4776 §3.1. */
const civicLocation: Kind = (cursor, end) => {
  if (left(cursor, end) < 3) return;
  const start = cursor.at - 2;
  cursor.number("dhcp.option.civic_location.what", 1);
  const name = (part: string) => `civic_location.${part}`;
  text(name("country"))(cursor, cursor.at + 2, undefined as never);
  while (left(cursor, end) >= 2) {
    cursor.number(prefix(name("ca_type")), 1);
    const size = cursor.number(prefix(name("ca_length")), 1);
    if (size > left(cursor, end)) {
      const bad = "dhcp.option.civic_location.bad_cattype";
      cursor.items.push(expert(bad, "error", "protocol", "Error with CAType", start));
      return;
    }
    text(name("ca_value"))(cursor, cursor.at + size, undefined as never);
  }
};

/** RFC 2610 §3, §4. */
const directoryAgents: Kind = (cursor, end) => {
  if (cursor.at === end) return { message: "length isn't >= 1" };
  cursor.number("dhcp.option.slp_directory_agent.value", 1);
  const whole = left(cursor, end) % 4 === 0;
  while (left(cursor, end) >= 4) cursor.number("dhcp.option.slp_directory_agent.slpda_address", 4);
  return whole ? undefined : { message: "Option length isn't a multiple of 4" };
};
const serviceScope: Kind = (cursor, end, message) => {
  cursor.number("dhcp.option.slp_service_scope.value", 1);
  text("slp_service_scope.string")(cursor, end, message);
};

const leaseStatus: Kind = (cursor, end) => {
  if (cursor.at === end) return { message: "length isn't >= 1" };
  cursor.number("dhcp.option.bulk_lease.status_code", 1);
  if (cursor.at < end) cursor.text("dhcp.option.bulk_lease.status_code_message", left(cursor, end));
};

/** By code. An option without a line is octets. */
export const kinds: Readonly<Record<number, Kind>> = {
  1: ipv4("subnet_mask"),
  2: signed,
  3: addresses("router"),
  4: addresses("time_server"),
  5: addresses("name_server"),
  6: addresses("domain_name_server"),
  7: addresses("log_server"),
  8: addresses("quotes_server"),
  9: addresses("lpr_server"),
  10: addresses("impress_server"),
  11: addresses("resource_location_server"),
  12: text("hostname"),
  13: u16("boot_file_size"),
  14: text("merit_dump_file"),
  15: text("domain_name"),
  16: ipv4("swap_server"),
  17: text("root_path"),
  18: text("extension_path"),
  19: boolean("ip_forwarding"),
  20: boolean("non_local_source_routing"),
  21: rows(["policy_filter.ip", 4], ["policy_filter.subnet_mask", 4]),
  22: u16("max_datagram_reassembly_size"),
  23: u8("default_ip_ttl"),
  24: u32("path_mtu_aging_timeout"),
  25: rows(["path_mtu_plateau_table_item", 2]),
  26: u16("interface_mtu"),
  27: boolean("all_subnets_are_local"),
  28: ipv4("broadcast_address"),
  29: boolean("perform_mask_discovery"),
  30: boolean("mask_supplier"),
  31: boolean("perform_router_discover"),
  32: ipv4("router_solicitation_address"),
  33: rows(["static_route.ip", 4], ["static_route.router", 4]),
  34: boolean("trailer_encapsulation"),
  35: u32("arp_cache_timeout"),
  36: boolean("ethernet_encapsulation"),
  37: u8("tcp_default_ttl"),
  38: u32("tcp_keepalive_interval"),
  39: boolean("tcp_keepalive_garbage"),
  40: text("nis_domain"),
  41: addresses("nis_server"),
  42: addresses("ntp_server"),
  43: vendorOptions,
  44: addresses("netbios_over_tcpip_name_server"),
  45: addresses("netbios_over_tcpip_dd_name_server"),
  46: u8("netbios_over_tcpip_node_type"),
  47: text("netbios_over_tcpip_scope"),
  48: addresses("xwindows_system_font_server"),
  49: addresses("xwindows_system_display_manager"),
  50: ipv4("requested_ip_address"),
  51: u32("ip_address_lease_time"),
  53: messageType,
  54: ipv4("dhcp_server_id"),
  55: octets("request_list_item"),
  56: text("message"),
  57: u16("dhcp_max_message_size"),
  58: u32("renewal_time_value"),
  59: u32("rebinding_time_value"),
  60: vendorClass,
  61: clientIdentifier,
  64: text("nis_plus_domain"),
  65: addresses("nis_plus_server"),
  66: text("tftp_server_name"),
  67: text("bootfile_name"),
  68: addresses("mobile_ip_home_agent"),
  69: addresses("smtp_server"),
  70: addresses("pop3_server"),
  71: addresses("nntp_server"),
  72: addresses("default_www_server"),
  73: addresses("default_finger_server"),
  74: addresses("default_irc_server"),
  75: addresses("streettalk_server"),
  76: addresses("streettalk_da_server"),
  77: userClass,
  78: directoryAgents,
  79: serviceScope,
  81: fullyQualified,
  82: agentInformation,
  85: addresses("novell_dss.ip"),
  86: text("novell_ds_tree_name"),
  87: text("novell_ds_context"),
  90: authentication,
  91: u32("client_last_transaction_time"),
  92: addresses("associated_ip_option"),
  93: (cursor, end, message) => withoutOctets(rows(["client_system_architecture", 2]))(cursor, end, message),
  94: networkInterface,
  97: machine,
  99: civicLocation,
  100: text("tz_pcode"),
  101: text("tz_tcode"),
  112: addresses("netinfo_parent_server_address"),
  113: text("netinfo_parent_server_tag"),
  114: text("captive_portal"),
  116: u8("dhcp_auto_configuration"),
  117: nameServices,
  118: addresses("subnet_selection_option"),
  119: domainList("dhcp.option.dhcp_dns_domain_search_list_fqdn"),
  120: sipServers,
  121: routes,
  124: vendorClasses,
  136: addresses("pana_agent"),
  137: text("lost_server_domain_name"),
  138: addresses("capwap_access_controller"),
  142: addresses("andsf_server"),
  145: octets("forcerenew_nonce.algorithm"),
  150: addresses("tftp_server_address"),
  151: leaseStatus,
  152: seconds("bulk_lease.base_time"),
  153: u32("bulk_lease.start_time_of_state"),
  154: seconds("bulk_lease.query_start_time"),
  155: seconds("bulk_lease.query_end_time"),
  156: u8("bulk_lease.dhcp_state"),
  157: u8("bulk_lease.data_source"),
  160: text("captive_portal"),
  161: text("mudurl"),
  209: text("pxe_config_file"),
  210: text("pxe_path_prefix"),
  249: routes,
  252: text("private_proxy_autodiscovery"),
};

function withoutOctets(kind: Kind): Kind {
  return (cursor, end, message) => {
    const problem = kind(cursor, end, message);
    return problem ? { message: problem.message } : undefined;
  };
}
