//! `SOL_SCTP`: options of SCTP sockets (RFC 6458, sctp(7), linux/sctp.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::sctp::AutoAsconf, true)?;
//!     socket.get(option::sctp::AutoAsconf)
//! }
//! ```

use core::time::Duration;

use crate::constants::Level;
use crate::option::options;
use crate::sctp::{
    AddStreams, Addresses, AssocIds, AssocParams, AssocStats, AssocValue, AuthChunks, AuthKey, AuthKeyId,
    DefaultPrInfo, Event, EventSubscribe, GetAddrs, HmacAlgo, InitMsg, PaddrInfo, PaddrParams,
    PaddrThresholds, PaddrThresholdsV2, PrStatus, Prim, ProbeInterval, ResetStreams, RtoInfo, SackInfo,
    SetPeerPrim, SndInfo, SndRcvInfo, Status, StreamValue, UdpEncaps,
};

options! {
    "SOL_SCTP", Level::SCTP;

    /// The number of the layer above, as told to the peer (RFC 5061).
    SCTP_ADAPTATION_LAYER = 7 => AdaptationLayer: u32, get set;
    /// Adds streams to an association: `struct sctp_add_streams`. Set only; since Linux 4.11.
    SCTP_ADD_STREAMS = 121 => AddMoreStreams: AddStreams, set;
    /// Whether addresses may be changed (RFC 5061): `struct sctp_assoc_value`. Since Linux 5.4.
    SCTP_ASCONF_SUPPORTED = 128 => AsconfSupported: AssocValue, get query set;
    /// Retransmissions, cookie life and windows of an association: `struct sctp_assocparams`.
    SCTP_ASSOCINFO = 1 => AssocInfo: AssocParams, get query set;
    /// The key in use for authentication (RFC 4895): `struct sctp_authkeyid`.
    SCTP_AUTH_ACTIVE_KEY = 24 => AuthActiveKey: AuthKeyId, query set;
    /// A kind of chunk that must be authenticated: `struct sctp_authchunk`. Set only.
    SCTP_AUTH_CHUNK = 21 => AuthChunk: u8, set;
    /// Takes a key out of use: `struct sctp_authkeyid`. Set only; since Linux 4.17.
    SCTP_AUTH_DEACTIVATE_KEY = 35 => AuthDeactivateKey: AuthKeyId, set;
    /// Deletes a key: `struct sctp_authkeyid`. Set only.
    SCTP_AUTH_DELETE_KEY = 25 => AuthDeleteKey: AuthKeyId, set;
    /// A key for authentication: `struct sctp_authkey`. Set only.
    SCTP_AUTH_KEY = 23 => SetAuthKey: AuthKey, set;
    /// Whether chunks may be authenticated: `struct sctp_assoc_value`. Since Linux 5.4.
    SCTP_AUTH_SUPPORTED = 129 => AuthSupported: AssocValue, get query set;
    /// How long an idle association is kept, in whole seconds; zero for ever.
    SCTP_AUTOCLOSE = 4 => AutoClose: Duration, get set;
    /// Whether changes of the machine's addresses are told to the peer. Since Linux 3.1.
    SCTP_AUTO_ASCONF = 30 => AutoAsconf: bool, get set;
    /// The number that comes with each received message: `struct sctp_assoc_value`.
    SCTP_CONTEXT = 17 => Context: AssocValue, get query set;
    /// How long messages are worth sending, by default (RFC 7496): `struct sctp_default_prinfo`. Since
    /// Linux 4.8.
    SCTP_DEFAULT_PRINFO = 114 => DefaultPrInfoOf: DefaultPrInfo, get query set;
    /// How messages are sent by default: `struct sctp_sndrcvinfo`.
    SCTP_DEFAULT_SEND_PARAM = 10 => DefaultSendParam: SndRcvInfo, get query set;
    /// How messages are sent by default: `struct sctp_sndinfo`. Since Linux 3.17.
    SCTP_DEFAULT_SNDINFO = 34 => DefaultSndInfo: SndInfo, get query set;
    /// The delay of acknowledgements: an older name for [`SCTP_DELAYED_SACK`].
    SCTP_DELAYED_ACK = 16;
    /// The delay of acknowledgements: an older name for [`SCTP_DELAYED_SACK`].
    SCTP_DELAYED_ACK_TIME = 16;
    /// The delay of acknowledgements: `struct sctp_sack_info`.
    SCTP_DELAYED_SACK = 16 => DelayedSack: SackInfo, get query set;
    /// Whether messages too big for the path are refused instead of cut.
    SCTP_DISABLE_FRAGMENTS = 8 => DisableFragments: bool, get set;
    /// Whether congestion is notified explicitly: `struct sctp_assoc_value`. Since Linux 5.4.
    SCTP_ECN_SUPPORTED = 130 => EcnSupported: AssocValue, get query set;
    /// Which changes of streams the peer may ask for (RFC 6525): `struct sctp_assoc_value`. Since Linux
    /// 4.11.
    SCTP_ENABLE_STREAM_RESET = 118 => EnableStreamReset: AssocValue, get query set;
    /// Whether one kind of notification is received: `struct sctp_event`. Since Linux 5.0.
    SCTP_EVENT = 127 => OneEvent: Event, query set;
    /// Which notifications are received: `struct sctp_event_subscribe`.
    SCTP_EVENTS = 11 => Events: EventSubscribe, get set;
    /// Another name for [`SCTP_EXPOSE_POTENTIALLY_FAILED_STATE`].
    SCTP_EXPOSE_PF_STATE = 131;
    /// Whether the state between working and failed is told (RFC 7829): `struct sctp_assoc_value`. Since
    /// Linux 5.5.
    SCTP_EXPOSE_POTENTIALLY_FAILED_STATE = 131 => ExposePotentiallyFailedState: AssocValue, get query set;
    /// Whether parts of several messages arrive interleaved: 0 or 1.
    SCTP_FRAGMENT_INTERLEAVE = 18 => FragmentInterleave: i32, get set;
    /// The numbers of all associations: `struct sctp_assoc_ids`. Read only.
    SCTP_GET_ASSOC_ID_LIST = 29 => AssociationList: AssocIds, get;
    /// How many associations the socket has. Read only.
    SCTP_GET_ASSOC_NUMBER = 28 => AssociationCount: u32, get;
    /// What an association sent and received: `struct sctp_assoc_stats`. Read only; since Linux 3.8.
    SCTP_GET_ASSOC_STATS = 112 => Statistics: AssocStats, query;
    /// This end's addresses: `struct sctp_getaddrs`. Read only.
    SCTP_GET_LOCAL_ADDRS = 109 => LocalAddrs: GetAddrs, query;
    /// The peer's addresses: `struct sctp_getaddrs`. Read only.
    SCTP_GET_PEER_ADDRS = 108 => PeerAddrs: GetAddrs, query;
    /// State and figures of one path: `struct sctp_paddrinfo`. Read only.
    SCTP_GET_PEER_ADDR_INFO = 15 => PeerAddrInfo: PaddrInfo, query;
    /// Which authentication codes may be used: `struct sctp_hmacalgo`.
    SCTP_HMAC_IDENT = 22 => HmacIdent: HmacAlgo, get set;
    /// Streams and retransmissions asked for when an association begins: `struct sctp_initmsg`.
    SCTP_INITMSG = 2 => InitMessage: InitMsg, get set;
    /// Whether messages may be sent interleaved (RFC 8260): `struct sctp_assoc_value`. Since Linux 4.16.
    SCTP_INTERLEAVING_SUPPORTED = 125 => InterleavingSupported: AssocValue, get query set;
    /// Whether IPv4 peers of an IPv6 socket are shown as mapped addresses. On by default.
    SCTP_I_WANT_MAPPED_V4_ADDR = 12 => WantMappedV4: bool, get set;
    /// Which chunks this end wants authenticated: `struct sctp_authchunks`. Read only.
    SCTP_LOCAL_AUTH_CHUNKS = 27 => LocalAuthChunks: AuthChunks, query;
    /// The largest fragment, in bytes: `struct sctp_assoc_value`.
    SCTP_MAXSEG = 13 => MaxSeg: AssocValue, get query set;
    /// How many packets are sent at once: `struct sctp_assoc_value`.
    SCTP_MAX_BURST = 20 => MaxBurst: AssocValue, get query set;
    /// Whether small messages are sent at once.
    SCTP_NODELAY = 3 => NoDelay: bool, get set;
    /// From how many bytes on a message is handed out in parts.
    SCTP_PARTIAL_DELIVERY_POINT = 19 => PartialDeliveryPoint: u32, get set;
    /// Heartbeat, retransmissions and MTU of one path: `struct sctp_paddrparams`.
    SCTP_PEER_ADDR_PARAMS = 9 => PeerAddrParams: PaddrParams, get query set;
    /// When a path counts as failed: `struct sctp_paddrthlds`. Since Linux 3.6.
    SCTP_PEER_ADDR_THLDS = 31 => PeerAddrThresholds: PaddrThresholds, get query set;
    /// When a path counts as failed: `struct sctp_paddrthlds_v2`. Since Linux 5.5.
    SCTP_PEER_ADDR_THLDS_V2 = 37 => PeerAddrThresholdsV2: PaddrThresholdsV2, get query set;
    /// Which chunks the peer wants authenticated: `struct sctp_authchunks`. Read only.
    SCTP_PEER_AUTH_CHUNKS = 26 => PeerAuthChunks: AuthChunks, query;
    /// How often the path MTU is probed (RFC 8899): `struct sctp_probeinterval`. Since Linux 5.14.
    SCTP_PLPMTUD_PROBE_INTERVAL = 133 => PlpmtudProbeInterval: ProbeInterval, get query set;
    /// The peer's address that is sent to: `struct sctp_prim`.
    SCTP_PRIMARY_ADDR = 6 => PrimaryAddr: Prim, get query set;
    /// How many messages of an association were given up: `struct sctp_prstatus`. Read only; since Linux
    /// 4.8.
    SCTP_PR_ASSOC_STATUS = 115 => PrAssocStatus: PrStatus, query;
    /// How many messages of a stream were given up: `struct sctp_prstatus`. Read only; since Linux 4.8.
    SCTP_PR_STREAM_STATUS = 116 => PrStreamStatus: PrStatus, query;
    /// Whether messages may be given up (RFC 3758): `struct sctp_assoc_value`. Since Linux 4.8.
    SCTP_PR_SUPPORTED = 113 => PrSupported: AssocValue, get query set;
    /// Whether streams may be changed (RFC 6525): `struct sctp_assoc_value`. Since Linux 4.11.
    SCTP_RECONFIG_SUPPORTED = 117 => ReconfigSupported: AssocValue, get query set;
    /// Whether received messages carry `struct sctp_nxtinfo`, about the next one. Since Linux 3.17.
    SCTP_RECVNXTINFO = 33 => RecvNextInfo: bool, get set;
    /// Whether received messages carry `struct sctp_rcvinfo`. Since Linux 3.17.
    SCTP_RECVRCVINFO = 32 => RecvInfo: bool, get set;
    /// The peer's UDP port that SCTP is carried in (RFC 6951): `struct sctp_udpencaps`. Since Linux 5.11.
    SCTP_REMOTE_UDP_ENCAPS_PORT = 132 => RemoteUdpEncapsPort: UdpEncaps, get query set;
    /// Resets all streams of the association of this number. Set only; since Linux 4.11.
    SCTP_RESET_ASSOC = 120 => ResetAssociation: i32, set;
    /// Resets streams: `struct sctp_reset_streams`. Set only; since Linux 4.11.
    SCTP_RESET_STREAMS = 119 => ResetSomeStreams: ResetStreams, set;
    /// Whether several sockets may share one address and port (RFC 6458). Since Linux 4.19.
    SCTP_REUSE_PORT = 36 => ReusePort: bool, get set;
    /// The bounds of the retransmission timeout: `struct sctp_rtoinfo`.
    SCTP_RTOINFO = 0 => RtoBounds: RtoInfo, get query set;
    /// Used by the library's sctp_sendv inside the kernel: the number of no option. Since Linux 4.17.
    SCTP_SENDMSG_CONNECT = 126;
    /// Asks the peer to send to this address: `struct sctp_setpeerprim`. Set only.
    SCTP_SET_PEER_PRIMARY_ADDR = 5 => SetPeerPrimaryAddr: SetPeerPrim, set;
    /// Binds more addresses: an array of addresses. Set only.
    SCTP_SOCKOPT_BINDX_ADD = 100 => BindxAdd: Addresses, set;
    /// Unbinds addresses: an array of addresses. Set only.
    SCTP_SOCKOPT_BINDX_REM = 101 => BindxRemove: Addresses, set;
    /// Connects to a peer with several addresses: an array of addresses.
    SCTP_SOCKOPT_CONNECTX = 110 => Connectx: Addresses, set;
    /// Connects to a peer with several addresses, given by a pointer: `struct sctp_getaddrs_old`. Read
    /// only.
    SCTP_SOCKOPT_CONNECTX3 = 111;
    /// Connects to a peer with several addresses, without the association's number. Set only.
    SCTP_SOCKOPT_CONNECTX_OLD = 107;
    /// Takes an association out into a socket of its own, by a descriptor: `sctp_peeloff_arg_t`. Read only.
    SCTP_SOCKOPT_PEELOFF = 102;
    /// As [`SCTP_SOCKOPT_PEELOFF`] with flags for the descriptor: `sctp_peeloff_flags_arg_t`. Read only;
    /// since Linux 4.14.
    SCTP_SOCKOPT_PEELOFF_FLAGS = 122;
    /// State and figures of an association: `struct sctp_status`. Read only.
    SCTP_STATUS = 14 => StatusOf: Status, get query;
    /// How streams take turns (RFC 8260): `struct sctp_assoc_value`. Since Linux 4.15.
    SCTP_STREAM_SCHEDULER = 123 => StreamScheduler: AssocValue, get query set;
    /// The scheduler's value for a stream: `struct sctp_stream_value`. Since Linux 4.15.
    SCTP_STREAM_SCHEDULER_VALUE = 124 => StreamSchedulerValue: StreamValue, query set;
}
