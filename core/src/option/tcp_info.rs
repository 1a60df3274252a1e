//! What the kernel knows of a TCP connection: `TCP_INFO`.

use core::fmt;

use crate::error::DecodeError;
use crate::layout::{Cursor, FieldLayout, Room, place};

use super::OptionValue;

/// The fields of `struct tcp_info`: those that every kernel has, and then those that were added, which are
/// missing where the kernel is older.
macro_rules! tcp_info {
    (
        { $( $(#[$meta:meta])* $field:ident: $Field:ty = $c_name:literal; )+ }
        { $( $(#[$later_meta:meta])* $later:ident: $Later:ty = $later_c_name:literal; )+ }
    ) => {
        /// What the kernel knows of a TCP connection: `struct tcp_info` (tcp(7), linux/tcp.h).
        ///
        /// The kernel gives as many bytes as it has fields; a field that it does not have is `None`.
        ///
        /// ```
        /// use anysock::option::{OptionValue, TcpInfo};
        ///
        /// let info = TcpInfo::decode(&[0; 104])?; // Linux 2.6.12
        /// assert_eq!((info.rtt, info.pacing_rate), (0, None));
        /// let info = TcpInfo::decode(&[0; 160])?;
        /// assert_eq!((info.pacing_rate, info.busy_time), (Some(0), None));
        /// # Ok::<(), anysock::DecodeError>(())
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        #[doc(alias = "tcp_info")]
        #[non_exhaustive]
        pub struct TcpInfo {
            $( $(#[$meta])* pub $field: $Field, )+
            $( $(#[$later_meta])* pub $later: Option<$Later>, )+
        }

        impl TcpInfo {
            /// Where each field is; a name without `tcpi_` is of a byte that C divides into bits.
            pub const FIELDS: &'static [FieldLayout] = &place([
                $( FieldLayout::of::<$Field>($c_name, false), )+
                $( FieldLayout::of::<$Later>($later_c_name, false), )+
            ]);

            /// The bytes of every field.
            pub const SIZE: usize = crate::layout::size_of(TcpInfo::FIELDS, 1);

            /// The bytes that every kernel gives.
            const LEAST: usize = crate::layout::size_of(
                &place([$( FieldLayout::of::<$Field>($c_name, false), )+]),
                1,
            );

            /// A connection of which nothing is known, to a kernel that has every field.
            pub fn zeroed() -> Self {
                TcpInfo {
                    $( $field: 0, )+
                    $( $later: Some(0), )+
                }
            }

            fn write(&self, bytes: &mut [u8]) -> usize {
                let mut room = Room::new(bytes, false);
                $( room.put(&self.$field); )+
                $(
                    let Some(value) = self.$later else {
                        return room.len();
                    };
                    room.put::<$Later>(&value);
                )+
                room.len()
            }
        }

        // A derived `Debug` of more than five fields contains a panic.
        impl fmt::Debug for TcpInfo {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct("TcpInfo")
                    $( .field(stringify!($field), &self.$field) )+
                    $( .field(stringify!($later), &self.$later) )+
                    .finish()
            }
        }

        impl OptionValue for TcpInfo {
            type Bytes = heapless::Vec<u8, { TcpInfo::SIZE }>;

            fn encode(&self) -> Self::Bytes {
                let mut bytes = TcpInfo::buffer();
                let len = self.write(&mut bytes);
                bytes.truncate(len);
                bytes
            }

            fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
                let too_short = DecodeError::TooShort { needed: TcpInfo::LEAST, found: bytes.len() };
                let mut cursor = Cursor::new(bytes, false);
                Ok(TcpInfo {
                    $( $field: cursor.take().ok_or(too_short)?, )+
                    $( $later: cursor.take(), )+
                })
            }

            fn buffer() -> Self::Bytes {
                heapless::Vec::from_array([0; TcpInfo::SIZE])
            }
        }
    };
}

tcp_info! {
    {
        /// The state: 1 ESTABLISHED, 2 SYN-SENT, 3 SYN-RECEIVED, 4 FIN-WAIT-1, 5 FIN-WAIT-2, 6 TIME-WAIT,
        /// 7 CLOSED, 8 CLOSE-WAIT, 9 LAST-ACK, 10 LISTEN, 11 CLOSING.
        state: u8 = "tcpi_state";
        /// Congestion: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss.
        congestion_state: u8 = "tcpi_ca_state";
        /// How often the same segment was sent again because of a time-out.
        retransmits: u8 = "tcpi_retransmits";
        /// Probes without an answer.
        probes: u8 = "tcpi_probes";
        /// How often the time-out was doubled.
        backoff: u8 = "tcpi_backoff";
        /// Bits: 1 timestamps, 2 SACK, 4 window scaling, 8 ECN, 16 ECN seen, 32 data in the SYN.
        options: u8 = "tcpi_options";
        /// The window scales; see [`TcpInfo::window_scales`].
        scales: u8 = "scales";
        /// Two fields of bits; see [`TcpInfo::is_application_limited`], [`TcpInfo::fast_open_failure`].
        bits: u8 = "bits";
        /// The retransmission time-out, in microseconds.
        rto: u32 = "tcpi_rto";
        /// How long acknowledgements are delayed, in microseconds.
        ato: u32 = "tcpi_ato";
        /// The largest segment to be sent, in bytes.
        send_mss: u32 = "tcpi_snd_mss";
        /// The largest segment that was received, in bytes.
        receive_mss: u32 = "tcpi_rcv_mss";
        /// Segments sent and not acknowledged; of a listener, connections that wait.
        unacknowledged: u32 = "tcpi_unacked";
        /// Segments acknowledged selectively; of a listener, how many connections may wait.
        sacked: u32 = "tcpi_sacked";
        /// Segments that count as lost.
        lost: u32 = "tcpi_lost";
        /// Segments sent again and not acknowledged.
        retransmitted: u32 = "tcpi_retrans";
        /// Nothing any more.
        fackets: u32 = "tcpi_fackets";
        /// Since data was last sent, in milliseconds.
        last_data_sent: u32 = "tcpi_last_data_sent";
        /// Not kept: 0.
        last_ack_sent: u32 = "tcpi_last_ack_sent";
        /// Since data was last received, in milliseconds.
        last_data_received: u32 = "tcpi_last_data_recv";
        /// Since an acknowledgement was last received, in milliseconds.
        last_ack_received: u32 = "tcpi_last_ack_recv";
        /// The path MTU, in bytes.
        path_mtu: u32 = "tcpi_pmtu";
        /// The slow start threshold of the receive window, in bytes.
        receive_ssthresh: u32 = "tcpi_rcv_ssthresh";
        /// The smoothed round-trip time, in microseconds.
        rtt: u32 = "tcpi_rtt";
        /// How much it varies, in microseconds.
        rtt_variation: u32 = "tcpi_rttvar";
        /// The slow start threshold, in segments.
        send_ssthresh: u32 = "tcpi_snd_ssthresh";
        /// The congestion window, in segments.
        congestion_window: u32 = "tcpi_snd_cwnd";
        /// The largest segment that was announced to the peer, in bytes.
        advertised_mss: u32 = "tcpi_advmss";
        /// By how many segments order may be disturbed, before one counts as lost.
        reordering: u32 = "tcpi_reordering";
        /// The round-trip time as the receiver sees it, in microseconds.
        receive_rtt: u32 = "tcpi_rcv_rtt";
        /// How much the program reads in a round-trip time, in bytes.
        receive_space: u32 = "tcpi_rcv_space";
        /// Segments sent again since the connection began.
        total_retransmitted: u32 = "tcpi_total_retrans";
    }
    {
        /// How fast is sent, in bytes a second. Since Linux 3.15.
        pacing_rate: u64 = "tcpi_pacing_rate";
        /// How fast may be sent (`SO_MAX_PACING_RATE`), in bytes a second. Since Linux 3.15.
        max_pacing_rate: u64 = "tcpi_max_pacing_rate";
        /// Bytes acknowledged by the peer. Since Linux 4.1.
        bytes_acknowledged: u64 = "tcpi_bytes_acked";
        /// Bytes received. Since Linux 4.1.
        bytes_received: u64 = "tcpi_bytes_received";
        /// Segments sent. Since Linux 4.2.
        segments_out: u32 = "tcpi_segs_out";
        /// Segments received. Since Linux 4.2.
        segments_in: u32 = "tcpi_segs_in";
        /// Bytes in the send buffer that were never sent. Since Linux 4.6.
        unsent_bytes: u32 = "tcpi_notsent_bytes";
        /// The least round-trip time, in microseconds. Since Linux 4.6.
        min_rtt: u32 = "tcpi_min_rtt";
        /// Segments with data received. Since Linux 4.6.
        data_segments_in: u32 = "tcpi_data_segs_in";
        /// Segments with data sent. Since Linux 4.6.
        data_segments_out: u32 = "tcpi_data_segs_out";
        /// How fast data arrives at the peer, in bytes a second. Since Linux 4.9.
        delivery_rate: u64 = "tcpi_delivery_rate";
        /// How long there was something to send, in microseconds. Since Linux 4.10.
        busy_time: u64 = "tcpi_busy_time";
        /// How long the peer's window was in the way, in microseconds. Since Linux 4.10.
        receive_window_limited: u64 = "tcpi_rwnd_limited";
        /// How long the send buffer was in the way, in microseconds. Since Linux 4.10.
        send_buffer_limited: u64 = "tcpi_sndbuf_limited";
        /// Segments that arrived at the peer. Since Linux 4.18.
        delivered: u32 = "tcpi_delivered";
        /// Those of them that were marked for congestion. Since Linux 4.18.
        delivered_ce: u32 = "tcpi_delivered_ce";
        /// Bytes sent, those sent again among them. Since Linux 4.19.
        bytes_sent: u64 = "tcpi_bytes_sent";
        /// Bytes sent again. Since Linux 4.19.
        bytes_retransmitted: u64 = "tcpi_bytes_retrans";
        /// Segments that the peer says it received twice. Since Linux 4.19.
        dsack_duplicates: u32 = "tcpi_dsack_dups";
        /// How often order was seen to be disturbed. Since Linux 4.19.
        reordering_seen: u32 = "tcpi_reord_seen";
        /// Segments received out of order. Since Linux 5.4.
        out_of_order: u32 = "tcpi_rcv_ooopack";
        /// The window that the peer announced, in bytes. Since Linux 5.4.
        send_window: u32 = "tcpi_snd_wnd";
        /// The window that was announced to the peer, in bytes. Since Linux 6.2.
        receive_window: u32 = "tcpi_rcv_wnd";
        /// How often another path was tried. Since Linux 6.2.
        rehashes: u32 = "tcpi_rehash";
        /// Time-outs. Since Linux 6.7.
        total_rto: u16 = "tcpi_total_rto";
        /// How often time-outs were recovered from. Since Linux 6.7.
        total_rto_recoveries: u16 = "tcpi_total_rto_recoveries";
        /// How long that took, in milliseconds. Since Linux 6.7.
        total_rto_time: u32 = "tcpi_total_rto_time";
        /// Segments received that were marked for congestion. Since Linux 6.18, as all that follow; they
        /// are of the header of Linux 7.2.
        received_ce: u32 = "tcpi_received_ce";
        /// Bytes that arrived at the peer marked ECT(1) (Accurate ECN).
        delivered_e1_bytes: u32 = "tcpi_delivered_e1_bytes";
        /// Bytes that arrived at the peer marked ECT(0).
        delivered_e0_bytes: u32 = "tcpi_delivered_e0_bytes";
        /// Bytes that arrived at the peer marked for congestion.
        delivered_ce_bytes: u32 = "tcpi_delivered_ce_bytes";
        /// Bytes received that were marked ECT(1).
        received_e1_bytes: u32 = "tcpi_received_e1_bytes";
        /// Bytes received that were marked ECT(0).
        received_e0_bytes: u32 = "tcpi_received_e0_bytes";
        /// Bytes received that were marked for congestion.
        received_ce_bytes: u32 = "tcpi_received_ce_bytes";
        /// How congestion is notified, in bits as C lays them out. Of Linux 7.2, from the lowest on a little-endian
        /// machine: 2 the mode, 2 how the option of Accurate ECN was seen, 4 why that was given up, 24 further
        /// options.
        ecn: u32 = "ecn";
    }
}

impl TcpInfo {
    /// The window scales of what is sent and of what is received, 0 to 14.
    pub const fn window_scales(&self) -> (u8, u8) {
        let (low, high) = (self.scales & 0xF, self.scales >> 4);
        if cfg!(target_endian = "little") { (low, high) } else { (high, low) }
    }

    /// Sets both, as [`TcpInfo::window_scales`] reads them.
    pub const fn set_window_scales(&mut self, send: u8, receive: u8) {
        let (low, high) = if cfg!(target_endian = "little") { (send, receive) } else { (receive, send) };
        self.scales = low & 0xF | high << 4;
    }

    /// Whether [`TcpInfo::delivery_rate`] is low for lack of data. Since Linux 4.9.
    pub const fn is_application_limited(&self) -> bool {
        let bit = if cfg!(target_endian = "little") { 0x01 } else { 0x80 };
        self.bits & bit != 0
    }

    /// How congestion is notified: 0 not at all, 1 as RFC 3168 has it, 2 by Accurate ECN, 3 if the peer has not yet
    /// answered. Of Linux 7.2.
    pub fn ecn_mode(&self) -> Option<u8> {
        self.ecn_bits(0, 2)
    }

    /// Which option of Accurate ECN the peer has sent: 0 none, 1 an empty one, 2 one with counters, 3 one that was
    /// zeroed. Of Linux 7.2.
    #[doc(alias = "tcpi_accecn_opt_seen")]
    pub fn accurate_ecn_option_seen(&self) -> Option<u8> {
        self.ecn_bits(2, 2)
    }

    /// Why Accurate ECN was given up, in bits: 1 what our SYN,ACK said, 2 what the peer's ACE field says, 4 our option,
    /// 8 the peer's. Of Linux 7.2.
    #[doc(alias = "tcpi_accecn_fail_mode")]
    pub fn accurate_ecn_failures(&self) -> Option<u8> {
        self.ecn_bits(4, 4)
    }

    fn ecn_bits(&self, from: u32, count: u32) -> Option<u8> {
        let shift =
            if cfg!(target_endian = "little") { from } else { 32u32.wrapping_sub(from).wrapping_sub(count) };
        self.ecn.map(|bits| bits.wrapping_shr(shift) as u8 & 1u8.wrapping_shl(count).wrapping_sub(1))
    }

    /// Sets mode, option seen and failures, as the three above read them.
    pub fn set_accurate_ecn(&mut self, mode: u8, seen: u8, failures: u8) {
        let (mode, seen, failures) = (u32::from(mode & 3), u32::from(seen & 3), u32::from(failures & 15));
        self.ecn = Some(if cfg!(target_endian = "little") {
            mode | seen << 2 | failures << 4
        } else {
            mode << 30 | seen << 28 | failures << 24
        });
    }

    /// Why Fast Open was not used: 0 unknown, 1 no cookie, 2 the SYN was lost, 3 the data was not accepted.
    /// Since Linux 5.5.
    pub const fn fast_open_failure(&self) -> u8 {
        let shift = if cfg!(target_endian = "little") { 1 } else { 5 };
        self.bits >> shift & 0x3
    }
}
