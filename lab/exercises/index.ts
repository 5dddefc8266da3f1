// The exercises: the one list, in the order in which one meets them.

import { exercise as acrossBelieved } from "./across/believed.ts";
import { exercise as acrossChecksum } from "./across/checksum.ts";
import { exercise as acrossCost } from "./across/cost.ts";
import { exercise as acrossFailure } from "./across/failure.ts";
import { exercise as acrossLayers } from "./across/layers.ts";
import { exercise as acrossRevoke } from "./across/revoke.ts";
import { exercise as acrossSelect } from "./across/select.ts";
import { exercise as dhcpDecoder } from "./dhcp/decoder.ts";
import { exercise as dhcpFind } from "./dhcp/find.ts";
import { exercise as dhcpOffer } from "./dhcp/offer.ts";
import { exercise as dhcpRefused } from "./dhcp/refused.ts";
import { exercise as dhcpRenewals } from "./dhcp/renewals.ts";
import { exercise as dhcpRogue } from "./dhcp/rogue.ts";
import { exercise as dhcpRoute } from "./dhcp/route.ts";
import { exercise as dhcpTimes } from "./dhcp/times.ts";
import { exercise as dnsChain } from "./dns/chain.ts";
import { exercise as dnsCompression } from "./dns/compression.ts";
import { exercise as dnsFind } from "./dns/find.ts";
import { exercise as dnsForged } from "./dns/forged.ts";
import { exercise as dnsNothing } from "./dns/nothing.ts";
import { exercise as dnsTtl } from "./dns/ttl.ts";
import type { Exercise } from "./exercise.ts";
import { exercise as mqttDelivery } from "./mqtt/delivery.ts";
import { exercise as mqttEavesdropper } from "./mqtt/eavesdropper.ts";
import { exercise as mqttLength } from "./mqtt/length.ts";
import { exercise as mqttSelect } from "./mqtt/select.ts";
import { exercise as mqttSilence } from "./mqtt/silence.ts";
import { exercise as mqttSubscribe } from "./mqtt/subscribe.ts";
import { exercise as mqttTopic } from "./mqtt/topic.ts";
import { exercise as ntpDistance } from "./ntp/distance.ts";
import { exercise as ntpEra } from "./ntp/era.ts";
import { exercise as ntpFind } from "./ntp/find.ts";
import { exercise as ntpKiss } from "./ntp/kiss.ts";
import { exercise as ntpOffset } from "./ntp/offset.ts";
import { exercise as ntpWrong } from "./ntp/wrong.ts";
import { exercise as tlsCertificate } from "./tls/certificate.ts";
import { exercise as tlsDecrypt } from "./tls/decrypt.ts";
import { exercise as tlsHello } from "./tls/hello.ts";
import { exercise as tlsOverhead } from "./tls/overhead.ts";
import { exercise as tlsProof } from "./tls/proof.ts";
import { exercise as tlsRefused } from "./tls/refused.ts";
import { exercise as tlsSelect } from "./tls/select.ts";

export const exercises: readonly Exercise[] = [
  dhcpFind,
  dhcpRenewals,
  dhcpOffer,
  dhcpTimes,
  dhcpRoute,
  dhcpRogue,
  dhcpRefused,
  dhcpDecoder,
  dnsFind,
  dnsChain,
  dnsNothing,
  dnsTtl,
  dnsCompression,
  dnsForged,
  ntpFind,
  ntpKiss,
  ntpOffset,
  ntpDistance,
  ntpEra,
  ntpWrong,
  tlsHello,
  tlsCertificate,
  tlsDecrypt,
  tlsOverhead,
  tlsProof,
  tlsRefused,
  tlsSelect,
  mqttTopic,
  mqttLength,
  mqttSilence,
  mqttEavesdropper,
  mqttDelivery,
  mqttSelect,
  mqttSubscribe,
  acrossLayers,
  acrossBelieved,
  acrossChecksum,
  acrossCost,
  acrossFailure,
  acrossSelect,
  acrossRevoke,
];
