//! What a node's IP has counted: the fields of `/proc/net/snmp`, `snmp6` and `netstat`, by the names of nstat(8).

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use core::net::IpAddr;

use anysock::tcp::{Flags, Segment};

use super::tcp_statistics::Sending;

/// An enumeration of counters, and what each is called for every protocol that has it; an empty name for one that has
/// it not.
macro_rules! counters {
    ($(#[$doc:meta])* $name:ident of $protocols:literal { $($counter:ident = $names:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum $name { $($counter,)* }

        impl $name {
            const NAMES: [[&'static str; $protocols]; [$($name::$counter),*].len()] = [$($names),*];
        }
    };
}

counters! {
    /// Of IPv4 and IPv6 (RFC 4293).
    Ip of 2 {
        InReceives = ["IpInReceives", "Ip6InReceives"],
        InHdrErrors = ["IpInHdrErrors", "Ip6InHdrErrors"],
        InTooBigErrors = ["", "Ip6InTooBigErrors"],
        InNoRoutes = ["IpExtInNoRoutes", "Ip6InNoRoutes"],
        InAddrErrors = ["IpInAddrErrors", "Ip6InAddrErrors"],
        InUnknownProtos = ["IpInUnknownProtos", "Ip6InUnknownProtos"],
        InTruncatedPkts = ["IpExtInTruncatedPkts", "Ip6InTruncatedPkts"],
        InDelivers = ["IpInDelivers", "Ip6InDelivers"],
        ForwDatagrams = ["IpForwDatagrams", "Ip6OutForwDatagrams"],
        OutRequests = ["IpOutRequests", "Ip6OutRequests"],
        OutDiscards = ["IpOutDiscards", "Ip6OutDiscards"],
        OutTransmits = ["IpOutTransmits", "Ip6OutTransmits"],
        ReasmTimeout = ["IpReasmTimeout", "Ip6ReasmTimeout"],
        ReasmReqds = ["IpReasmReqds", "Ip6ReasmReqds"],
        ReasmOks = ["IpReasmOKs", "Ip6ReasmOKs"],
        ReasmFails = ["IpReasmFails", "Ip6ReasmFails"],
        ReasmOverlaps = ["IpExtReasmOverlaps", ""],
        FragOks = ["IpFragOKs", "Ip6FragOKs"],
        FragFails = ["IpFragFails", "Ip6FragFails"],
        FragCreates = ["IpFragCreates", "Ip6FragCreates"],
        InOctets = ["IpExtInOctets", "Ip6InOctets"],
        OutOctets = ["IpExtOutOctets", "Ip6OutOctets"],
        InMcastPkts = ["IpExtInMcastPkts", "Ip6InMcastPkts"],
        OutMcastPkts = ["IpExtOutMcastPkts", "Ip6OutMcastPkts"],
        InMcastOctets = ["IpExtInMcastOctets", "Ip6InMcastOctets"],
        OutMcastOctets = ["IpExtOutMcastOctets", "Ip6OutMcastOctets"],
        InBcastPkts = ["IpExtInBcastPkts", ""],
        OutBcastPkts = ["IpExtOutBcastPkts", ""],
        InBcastOctets = ["IpExtInBcastOctets", "Ip6InBcastOctets"],
        OutBcastOctets = ["IpExtOutBcastOctets", "Ip6OutBcastOctets"],
        InCsumErrors = ["IpExtInCsumErrors", ""],
        InNoEctPkts = ["IpExtInNoECTPkts", "Ip6InNoECTPkts"],
        InEct1Pkts = ["IpExtInECT1Pkts", "Ip6InECT1Pkts"],
        InEct0Pkts = ["IpExtInECT0Pkts", "Ip6InECT0Pkts"],
        InCePkts = ["IpExtInCEPkts", "Ip6InCEPkts"],
    }
}

counters! {
    /// Of ICMP and ICMPv6, beside the types of messages.
    Icmp of 2 {
        InMsgs = ["IcmpInMsgs", "Icmp6InMsgs"],
        InErrors = ["IcmpInErrors", "Icmp6InErrors"],
        InCsumErrors = ["IcmpInCsumErrors", "Icmp6InCsumErrors"],
        OutMsgs = ["IcmpOutMsgs", "Icmp6OutMsgs"],
    }
}

counters! {
    /// Of UDP and UDP-Lite, over IPv4 and over IPv6 (RFC 4113).
    Udp of 4 {
        InDatagrams = ["UdpInDatagrams", "Udp6InDatagrams", "UdpLiteInDatagrams", "UdpLite6InDatagrams"],
        NoPorts = ["UdpNoPorts", "Udp6NoPorts", "UdpLiteNoPorts", "UdpLite6NoPorts"],
        InErrors = ["UdpInErrors", "Udp6InErrors", "UdpLiteInErrors", "UdpLite6InErrors"],
        OutDatagrams = ["UdpOutDatagrams", "Udp6OutDatagrams", "UdpLiteOutDatagrams", "UdpLite6OutDatagrams"],
        RcvbufErrors = ["UdpRcvbufErrors", "Udp6RcvbufErrors", "UdpLiteRcvbufErrors", "UdpLite6RcvbufErrors"],
        InCsumErrors = ["UdpInCsumErrors", "Udp6InCsumErrors", "UdpLiteInCsumErrors", "UdpLite6InCsumErrors"],
        IgnoredMulti = ["UdpIgnoredMulti", "Udp6IgnoredMulti", "UdpLiteIgnoredMulti", ""],
    }
}

counters! {
    /// Of TCP (RFC 4022).
    Tcp of 1 {
        ActiveOpens = ["TcpActiveOpens"],
        PassiveOpens = ["TcpPassiveOpens"],
        AttemptFails = ["TcpAttemptFails"],
        EstabResets = ["TcpEstabResets"],
        CurrEstab = ["TcpCurrEstab"],
        InSegs = ["TcpInSegs"],
        OutSegs = ["TcpOutSegs"],
        RetransSegs = ["TcpRetransSegs"],
        InErrs = ["TcpInErrs"],
        OutRsts = ["TcpOutRsts"],
        InCsumErrors = ["TcpInCsumErrors"],
        OutOfWindowIcmps = ["TcpExtOutOfWindowIcmps"],
        MinTtlDrop = ["TcpExtTCPMinTTLDrop"],
        EmbryonicRsts = ["TcpExtEmbryonicRsts"],
        ListenOverflows = ["TcpExtListenOverflows"],
        ListenDrops = ["TcpExtListenDrops"],
        SynRetrans = ["TcpExtTCPSynRetrans"],
        OrigDataSent = ["TcpExtTCPOrigDataSent"],
        SyncookiesSent = ["TcpExtSyncookiesSent"],
        SyncookiesRecv = ["TcpExtSyncookiesRecv"],
        ReqQFullDoCookies = ["TcpExtTCPReqQFullDoCookies"],
        Tw = ["TcpExtTW"],
        TwRecycled = ["TcpExtTWRecycled"],
        TwKilled = ["TcpExtTWKilled"],
        PawsTimeWait = ["TcpExtPAWSTimewait"],
        AckSkippedTimeWait = ["TcpExtTCPACKSkippedTimeWait"],
        AckSkippedFinWait2 = ["TcpExtTCPACKSkippedFinWait2"],
        PawsEstab = ["TcpExtPAWSEstab"],
        BeyondWindow = ["TcpExtBeyondWindow"],
        PawsOldAck = ["TcpExtPAWSOldAck"],
        DelayedAcks = ["TcpExtDelayedACKs"],
        DelayedAckLost = ["TcpExtDelayedACKLost"],
        RenoRecovery = ["TcpExtTCPRenoRecovery"],
        SackRecovery = ["TcpExtTCPSackRecovery"],
        LostRetransmit = ["TcpExtTCPLostRetransmit"],
        FastRetrans = ["TcpExtTCPFastRetrans"],
        SlowStartRetrans = ["TcpExtTCPSlowStartRetrans"],
        Timeouts = ["TcpExtTCPTimeouts"],
        LossProbes = ["TcpExtTCPLossProbes"],
        DsackOldSent = ["TcpExtTCPDSACKOldSent"],
        DsackOfoSent = ["TcpExtTCPDSACKOfoSent"],
        AbortOnData = ["TcpExtTCPAbortOnData"],
        AbortOnClose = ["TcpExtTCPAbortOnClose"],
        AbortOnTimeout = ["TcpExtTCPAbortOnTimeout"],
        AbortOnLinger = ["TcpExtTCPAbortOnLinger"],
        OfoQueue = ["TcpExtTCPOFOQueue"],
        OfoMerge = ["TcpExtTCPOFOMerge"],
        ChallengeAck = ["TcpExtTCPChallengeACK"],
        SynChallenge = ["TcpExtTCPSYNChallenge"],
        FastOpenActive = ["TcpExtTCPFastOpenActive"],
        FastOpenActiveFail = ["TcpExtTCPFastOpenActiveFail"],
        FastOpenPassive = ["TcpExtTCPFastOpenPassive"],
        FastOpenPassiveFail = ["TcpExtTCPFastOpenPassiveFail"],
        FastOpenListenOverflow = ["TcpExtTCPFastOpenListenOverflow"],
        FastOpenCookieReqd = ["TcpExtTCPFastOpenCookieReqd"],
        AckSkippedSynRecv = ["TcpExtTCPACKSkippedSynRecv"],
        AckSkippedPaws = ["TcpExtTCPACKSkippedPAWS"],
        AckSkippedSeq = ["TcpExtTCPACKSkippedSeq"],
        AckSkippedChallenge = ["TcpExtTCPACKSkippedChallenge"],
        PureAcks = ["TcpExtTCPPureAcks"],
        HpAcks = ["TcpExtTCPHPAcks"],
        HpHits = ["TcpExtTCPHPHits"],
        RcvCoalesce = ["TcpExtTCPRcvCoalesce"],
        Delivered = ["TcpExtTCPDelivered"],
        DeliveredCe = ["TcpExtTCPDeliveredCE"],
        SackReorder = ["TcpExtTCPSACKReorder"],
        RenoReorder = ["TcpExtTCPRenoReorder"],
        FullUndo = ["TcpExtTCPFullUndo"],
        PartialUndo = ["TcpExtTCPPartialUndo"],
        DsackUndo = ["TcpExtTCPDSACKUndo"],
        LossUndo = ["TcpExtTCPLossUndo"],
        SpuriousRtos = ["TcpExtTCPSpuriousRTOs"],
        DsackRecv = ["TcpExtTCPDSACKRecv"],
        DsackOfoRecv = ["TcpExtTCPDSACKOfoRecv"],
        DsackRecvSegs = ["TcpExtTCPDSACKRecvSegs"],
        DsackIgnoredDubious = ["TcpExtTCPDSACKIgnoredDubious"],
        DsackIgnoredNoUndo = ["TcpExtTCPDSACKIgnoredNoUndo"],
        DsackIgnoredOld = ["TcpExtTCPDSACKIgnoredOld"],
        SackDiscard = ["TcpExtTCPSACKDiscard"],
        LossProbeRecovery = ["TcpExtTCPLossProbeRecovery"],
        LossFailures = ["TcpExtTCPLossFailures"],
        SackFailures = ["TcpExtTCPSackFailures"],
        RenoFailures = ["TcpExtTCPRenoFailures"],
        SackRecoveryFail = ["TcpExtTCPSackRecoveryFail"],
        RenoRecoveryFail = ["TcpExtTCPRenoRecoveryFail"],
        TimeoutRehash = ["TcpExtTcpTimeoutRehash"],
        ToZeroWindowAdv = ["TcpExtTCPToZeroWindowAdv"],
        FromZeroWindowAdv = ["TcpExtTCPFromZeroWindowAdv"],
        WinProbe = ["TcpExtTCPWinProbe"],
        KeepAlive = ["TcpExtTCPKeepAlive"],
        Md5NotFound = ["TcpExtTCPMD5NotFound"],
        Md5Unexpected = ["TcpExtTCPMD5Unexpected"],
        Md5Failure = ["TcpExtTCPMD5Failure"],
    }
}

/// Types of messages that have a counter by name, too.
const TYPES_V4: [(u8, &str); 11] = [
    (3, "DestUnreachs"),
    (11, "TimeExcds"),
    (12, "ParmProbs"),
    (4, "SrcQuenchs"),
    (5, "Redirects"),
    (8, "Echos"),
    (0, "EchoReps"),
    (13, "Timestamps"),
    (14, "TimestampReps"),
    (17, "AddrMasks"),
    (18, "AddrMaskReps"),
];
const TYPES_V6: [(u8, &str); 15] = [
    (1, "DestUnreachs"),
    (2, "PktTooBigs"),
    (3, "TimeExcds"),
    (4, "ParmProblems"),
    (128, "Echos"),
    (129, "EchoReplies"),
    (130, "GroupMembQueries"),
    (131, "GroupMembResponses"),
    (132, "GroupMembReductions"),
    (133, "RouterSolicits"),
    (134, "RouterAdvertisements"),
    (135, "NeighborSolicits"),
    (136, "NeighborAdvertisements"),
    (137, "Redirects"),
    (143, "MLDv2Reports"),
];

/// What Linux counts, and what never happens here: no memory, CPU or interface is short of anything or shared, nobody
/// authenticates but by MD5, and nothing moves to another listener.
const NEVER: [&str; 37] = [
    "TcpExtLockDroppedIcmps",
    "TcpExtArpFilter",
    "TcpExtDelayedACKLocked",
    "TcpExtTCPBacklogCoalesce",
    "TcpExtTCPBacklogDrop",
    "TcpExtTCPAbortOnMemory",
    "TcpExtTCPAbortFailed",
    "TcpExtTCPMemoryPressures",
    "TcpExtTCPMemoryPressuresChrono",
    "TcpExtPFMemallocDrop",
    "TcpExtIPReversePathFilter",
    "TcpExtTCPTimeWaitOverflow",
    "TcpExtTCPRetransFail",
    "TcpExtTCPSpuriousRtxHostQueues",
    "TcpExtBusyPollRxPackets",
    "TcpExtTCPAutoCorking",
    "TcpExtTCPWqueueTooBig",
    "TcpExtTCPMigrateReqSuccess",
    "TcpExtTCPMigrateReqFailure",
    "TcpExtTCPPLBRehash",
    "TcpExtTCPAORequired",
    "TcpExtTCPAOBad",
    "TcpExtTCPAOKeyNotFound",
    "TcpExtTCPAOGood",
    "TcpExtTCPAODroppedIcmps",
    "IpInDiscards",
    "Ip6InDiscards",
    "UdpSndbufErrors",
    "UdpMemErrors",
    "Udp6SndbufErrors",
    "Udp6MemErrors",
    "UdpLiteSndbufErrors",
    "UdpLiteMemErrors",
    "UdpLite6SndbufErrors",
    "UdpLite6MemErrors",
    "IcmpOutErrors",
    "Icmp6OutErrors",
];

/// What a node's IP has counted since it started, as the kernel does.
///
/// ```
/// use anysock_sim::World;
///
/// let mut world = World::new(7);
/// let statistics = world.node("a").inet_statistics();
/// assert_eq!(statistics.get("IpInReceives"), Some(0));
/// assert_eq!(statistics.get("IpExtSunspots"), None);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InetStatistics {
    ip: [[u64; Ip::NAMES.len()]; 2],
    icmp: [[u64; Icmp::NAMES.len()]; 2],
    udp: [[u64; Udp::NAMES.len()]; 4],
    tcp: [u64; Tcp::NAMES.len()],
    /// How many messages of a type there were: whether they are ICMPv6's, whether they went out, and the type.
    messages: BTreeMap<(bool, bool, u8), u64>,
}

impl Default for InetStatistics {
    fn default() -> Self {
        InetStatistics {
            ip: [[0; Ip::NAMES.len()]; 2],
            icmp: [[0; Icmp::NAMES.len()]; 2],
            udp: [[0; Udp::NAMES.len()]; 4],
            tcp: [0; Tcp::NAMES.len()],
            messages: BTreeMap::new(),
        }
    }
}

impl InetStatistics {
    /// The counter of this name, as nstat(8) has it: that of the group in `/proc/net/snmp` and `netstat`, and that in
    /// the group (`IpInReceives`, `TcpExtListenDrops`), or one of `/proc/net/snmp6` (`Ip6InReceives`). `None` where it
    /// is not kept. Types of ICMP messages are kept once one has come or gone.
    pub fn get(&self, name: &str) -> Option<u64> {
        self.iter().find(|(counted, _)| counted == name).map(|(_, count)| count)
    }

    /// Every counter with its name.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'static, str>, u64)> {
        fn group<const N: usize, const P: usize>(
            names: [[&'static str; P]; N],
            counts: [[u64; N]; P],
        ) -> impl Iterator<Item = (Cow<'static, str>, u64)> {
            let of = move |protocol: usize| {
                let each = names.into_iter().zip(counts[protocol]);
                each.map(move |(names, count)| (Cow::Borrowed(names[protocol]), count))
            };
            (0..P).flat_map(of).filter(|(name, _)| !name.is_empty())
        }
        let messages = self.messages.iter().map(|((is_v6, is_out, kind), count)| {
            let direction = if *is_out { "Out" } else { "In" };
            let group = if *is_v6 { "Icmp6" } else { "IcmpMsg" };
            (Cow::Owned(format!("{group}{direction}Type{kind}")), *count)
        });
        let named = move |is_v6: bool, is_out: bool| {
            let (group, types) = if is_v6 { ("Icmp6", &TYPES_V6[..]) } else { ("Icmp", &TYPES_V4[..]) };
            let direction = if is_out { "Out" } else { "In" };
            types.iter().map(move |(kind, name)| {
                let count = self.messages.get(&(is_v6, is_out, *kind)).copied().unwrap_or(0);
                (Cow::Owned(format!("{group}{direction}{name}")), count)
            })
        };
        let named = [(false, false), (false, true), (true, false), (true, true)]
            .into_iter()
            .flat_map(move |(is_v6, is_out)| named(is_v6, is_out));
        group(Ip::NAMES, self.ip)
            .chain(group(Icmp::NAMES, self.icmp))
            .chain(named)
            .chain(messages)
            .chain(group(Udp::NAMES, self.udp))
            .chain(group(Tcp::NAMES, [self.tcp]))
            .chain(NEVER.into_iter().map(|name| (Cow::Borrowed(name), 0)))
    }

    /// Counts one of IP's, of the version of `of`.
    #[inline]
    pub(super) fn ip(&mut self, of: IpAddr, counter: Ip) {
        self.ip_add(of, counter, 1);
    }

    #[inline]
    pub(super) fn ip_add(&mut self, of: IpAddr, counter: Ip, count: usize) {
        self.ip[usize::from(of.is_ipv6())][counter as usize] += count as u64;
    }

    #[inline]
    pub(super) fn icmp(&mut self, of: IpAddr, counter: Icmp) {
        self.icmp[usize::from(of.is_ipv6())][counter as usize] += 1;
    }

    /// Counts a message of ICMP that has come.
    pub(super) fn message_in(&mut self, of: IpAddr, kind: u8) {
        *self.messages.entry((of.is_ipv6(), false, kind)).or_default() += 1;
    }

    /// Counts a message of ICMP that goes.
    pub(super) fn message_out(&mut self, of: IpAddr, kind: u8) {
        self.icmp(of, Icmp::OutMsgs);
        *self.messages.entry((of.is_ipv6(), true, kind)).or_default() += 1;
    }

    #[inline]
    pub(super) fn udp(&mut self, of: IpAddr, counter: Udp) {
        self.udp[usize::from(of.is_ipv6())][counter as usize] += 1;
    }

    pub(super) fn udp_lite(&mut self, of: IpAddr, counter: Udp) {
        self.udp[2 + usize::from(of.is_ipv6())][counter as usize] += 1;
    }

    #[inline]
    pub(super) fn tcp(&mut self, counter: Tcp) {
        self.tcp[counter as usize] += 1;
    }

    /// Counts something so many times.
    #[inline]
    pub(super) fn tcp_add(&mut self, counter: Tcp, count: u32) {
        self.tcp[counter as usize] += u64::from(count);
    }

    /// Counts a segment that is sent.
    #[inline]
    pub(super) fn segment_out(&mut self, segment: &Segment<'_>, sending: Sending) {
        if sending == Sending::First {
            self.tcp(Tcp::OutSegs);
            // A FIN counts as text (tcp_event_new_data_sent).
            if !segment.payload.is_empty() || segment.flags.contains(Flags::FIN) {
                self.tcp(Tcp::OrigDataSent);
            }
        } else {
            self.segment_out_again(segment, sending);
        }
        if segment.flags.contains(Flags::RST) {
            self.tcp(Tcp::OutRsts);
        }
    }

    /// (`__tcp_retransmit_skb`, `tcp_rtx_synack`, `tcp_xmit_retransmit_queue`)
    #[inline(never)]
    fn segment_out_again(&mut self, segment: &Segment<'_>, sending: Sending) {
        if sending == Sending::Crossing {
            return;
        }
        self.tcp(Tcp::RetransSegs);
        if segment.flags.contains(Flags::SYN) {
            self.tcp(Tcp::SynRetrans);
            if segment.flags.contains(Flags::ACK) {
                self.tcp(Tcp::OutSegs);
            }
            return;
        }
        match sending {
            Sending::Fast => self.tcp(Tcp::FastRetrans),
            Sending::Slow => self.tcp(Tcp::SlowStartRetrans),
            Sending::First | Sending::ByTimer | Sending::Crossing => {}
        }
    }

    /// How many connections there are now.
    pub(super) fn set_established(&mut self, count: usize) {
        self.tcp[Tcp::CurrEstab as usize] = count as u64;
    }

    /// Counts a packet that has come, of so many octets, with this ECN field, if it has one.
    #[inline]
    pub(super) fn received(&mut self, is_ipv6: bool, octets: usize, ecn: Option<u8>) {
        let counts = &mut self.ip[usize::from(is_ipv6)];
        counts[Ip::InReceives as usize] += 1;
        counts[Ip::InOctets as usize] += octets as u64;
        if let Some(ecn) = ecn {
            counts[Ip::InNoEctPkts as usize + usize::from(ecn & 3)] += 1;
        }
    }

    /// Counts a packet that leaves, of so many octets.
    #[inline]
    pub(super) fn transmitted(&mut self, to: IpAddr, octets: usize) {
        let counts = &mut self.ip[usize::from(to.is_ipv6())];
        counts[Ip::OutTransmits as usize] += 1;
        counts[Ip::OutOctets as usize] += octets as u64;
        if to.is_multicast() {
            counts[Ip::OutMcastPkts as usize] += 1;
            counts[Ip::OutMcastOctets as usize] += octets as u64;
        }
    }
}
