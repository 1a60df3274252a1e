//! The proof that this crate speaks to the kernel it is built for: every constant of [`anysock`] that the C
//! library's bindings have too is the same there, and every structure that crosses the boundary has the size
//! that the codecs write. A target with another interface (MIPS, SPARC) does not build.

use anysock::constants::{
    CanProtocol, Errno, Family, IpProtocol, Level, MessageFlags, PollEvents, Shutdown, SocketType,
};
use anysock::message::control_space;
use anysock::{addr::ADDRESS_MAX, option};

/// `C name == ours`, a line: compared when the crate is built.
macro_rules! same {
    ($( $c_name:ident == $ours:expr; )*) => {
        $( const _: () = assert!(libc::$c_name as i64 == $ours as i64, stringify!($c_name)); )*
    };
}

same! {
    AF_UNSPEC == Family::UNSPEC.0;
    AF_UNIX == Family::UNIX.0;
    AF_INET == Family::INET.0;
    AF_AX25 == Family::AX25.0;
    AF_IPX == Family::IPX.0;
    AF_APPLETALK == Family::APPLETALK.0;
    AF_NETROM == Family::NETROM.0;
    AF_BRIDGE == Family::BRIDGE.0;
    AF_ATMPVC == Family::ATMPVC.0;
    AF_X25 == Family::X25.0;
    AF_INET6 == Family::INET6.0;
    AF_ROSE == Family::ROSE.0;
    AF_DECnet == Family::DECNET.0;
    AF_NETBEUI == Family::NETBEUI.0;
    AF_SECURITY == Family::SECURITY.0;
    AF_KEY == Family::KEY.0;
    AF_NETLINK == Family::NETLINK.0;
    AF_PACKET == Family::PACKET.0;
    AF_ASH == Family::ASH.0;
    AF_ECONET == Family::ECONET.0;
    AF_ATMSVC == Family::ATMSVC.0;
    AF_RDS == Family::RDS.0;
    AF_SNA == Family::SNA.0;
    AF_IRDA == Family::IRDA.0;
    AF_PPPOX == Family::PPPOX.0;
    AF_WANPIPE == Family::WANPIPE.0;
    AF_LLC == Family::LLC.0;
    AF_IB == Family::IB.0;
    AF_MPLS == Family::MPLS.0;
    AF_CAN == Family::CAN.0;
    AF_TIPC == Family::TIPC.0;
    AF_BLUETOOTH == Family::BLUETOOTH.0;
    AF_IUCV == Family::IUCV.0;
    AF_RXRPC == Family::RXRPC.0;
    AF_ISDN == Family::ISDN.0;
    AF_PHONET == Family::PHONET.0;
    AF_IEEE802154 == Family::IEEE802154.0;
    AF_CAIF == Family::CAIF.0;
    AF_ALG == Family::ALG.0;
    AF_NFC == Family::NFC.0;
    AF_VSOCK == Family::VSOCK.0;
    AF_XDP == Family::XDP.0;
    AF_LOCAL == Family::LOCAL.0;
    AF_ROUTE == Family::ROUTE.0;

    SOCK_STREAM == SocketType::STREAM.0;
    SOCK_DGRAM == SocketType::DGRAM.0;
    SOCK_RAW == SocketType::RAW.0;
    SOCK_RDM == SocketType::RDM.0;
    SOCK_SEQPACKET == SocketType::SEQPACKET.0;
    SOCK_DCCP == SocketType::DCCP.0;

    IPPROTO_IP == IpProtocol::IP.0;
    IPPROTO_ICMP == IpProtocol::ICMP.0;
    IPPROTO_IGMP == IpProtocol::IGMP.0;
    IPPROTO_IPIP == IpProtocol::IPIP.0;
    IPPROTO_TCP == IpProtocol::TCP.0;
    IPPROTO_EGP == IpProtocol::EGP.0;
    IPPROTO_PUP == IpProtocol::PUP.0;
    IPPROTO_UDP == IpProtocol::UDP.0;
    IPPROTO_IDP == IpProtocol::IDP.0;
    IPPROTO_TP == IpProtocol::TP.0;
    IPPROTO_DCCP == IpProtocol::DCCP.0;
    IPPROTO_IPV6 == IpProtocol::IPV6.0;
    IPPROTO_RSVP == IpProtocol::RSVP.0;
    IPPROTO_GRE == IpProtocol::GRE.0;
    IPPROTO_ESP == IpProtocol::ESP.0;
    IPPROTO_AH == IpProtocol::AH.0;
    IPPROTO_ICMPV6 == IpProtocol::ICMPV6.0;
    IPPROTO_MTP == IpProtocol::MTP.0;
    IPPROTO_BEETPH == IpProtocol::BEETPH.0;
    IPPROTO_ENCAP == IpProtocol::ENCAP.0;
    IPPROTO_PIM == IpProtocol::PIM.0;
    IPPROTO_COMP == IpProtocol::COMP.0;
    IPPROTO_SCTP == IpProtocol::SCTP.0;
    IPPROTO_UDPLITE == IpProtocol::UDPLITE.0;
    IPPROTO_MPLS == IpProtocol::MPLS.0;
    IPPROTO_ETHERNET == IpProtocol::ETHERNET.0;
    IPPROTO_RAW == IpProtocol::RAW.0;
    IPPROTO_MPTCP == IpProtocol::MPTCP.0;

    CAN_RAW == CanProtocol::RAW.0;
    CAN_BCM == CanProtocol::BCM.0;
    CAN_TP16 == CanProtocol::TP16.0;
    CAN_TP20 == CanProtocol::TP20.0;
    CAN_MCNET == CanProtocol::MCNET.0;
    CAN_ISOTP == CanProtocol::ISOTP.0;
    CAN_J1939 == CanProtocol::J1939.0;

    SOL_IP == Level::IP.0;
    SOL_SOCKET == Level::SOCKET.0;
    SOL_TCP == Level::TCP.0;
    SOL_UDP == Level::UDP.0;
    SOL_IPV6 == Level::IPV6.0;
    SOL_ICMPV6 == Level::ICMPV6.0;
    SOL_CAN_BASE == Level::CAN_BASE.0;
    SOL_CAN_RAW == Level::CAN_RAW.0;
    SOL_CAN_J1939 == Level::CAN_J1939.0;
    SOL_RAW == Level::RAW.0;
    SOL_DECNET == Level::DECNET.0;
    SOL_X25 == Level::X25.0;
    SOL_PACKET == Level::PACKET.0;
    SOL_ATM == Level::ATM.0;
    SOL_AAL == Level::AAL.0;
    SOL_IRDA == Level::IRDA.0;
    SOL_NETBEUI == Level::NETBEUI.0;
    SOL_LLC == Level::LLC.0;
    SOL_DCCP == Level::DCCP.0;
    SOL_NETLINK == Level::NETLINK.0;
    SOL_TIPC == Level::TIPC.0;
    SOL_BLUETOOTH == Level::BLUETOOTH.0;
    SOL_ALG == Level::ALG.0;
    SOL_TLS == Level::TLS.0;
    SOL_XDP == Level::XDP.0;

    MSG_OOB == MessageFlags::OOB.bits();
    MSG_PEEK == MessageFlags::PEEK.bits();
    MSG_DONTROUTE == MessageFlags::DONTROUTE.bits();
    MSG_CTRUNC == MessageFlags::CTRUNC.bits();
    MSG_TRUNC == MessageFlags::TRUNC.bits();
    MSG_DONTWAIT == MessageFlags::DONTWAIT.bits();
    MSG_EOR == MessageFlags::EOR.bits();
    MSG_WAITALL == MessageFlags::WAITALL.bits();
    MSG_FIN == MessageFlags::FIN.bits();
    MSG_SYN == MessageFlags::SYN.bits();
    MSG_CONFIRM == MessageFlags::CONFIRM.bits();
    MSG_RST == MessageFlags::RST.bits();
    MSG_ERRQUEUE == MessageFlags::ERRQUEUE.bits();
    MSG_NOSIGNAL == MessageFlags::NOSIGNAL.bits();
    MSG_MORE == MessageFlags::MORE.bits();
    MSG_WAITFORONE == MessageFlags::WAITFORONE.bits();
    MSG_ZEROCOPY == MessageFlags::ZEROCOPY.bits();
    MSG_FASTOPEN == MessageFlags::FASTOPEN.bits();
    MSG_CMSG_CLOEXEC == MessageFlags::CMSG_CLOEXEC.bits();

    POLLIN == PollEvents::IN.bits();
    POLLPRI == PollEvents::PRI.bits();
    POLLOUT == PollEvents::OUT.bits();
    POLLERR == PollEvents::ERR.bits();
    POLLHUP == PollEvents::HUP.bits();
    POLLNVAL == PollEvents::NVAL.bits();
    POLLRDNORM == PollEvents::RDNORM.bits();
    POLLRDBAND == PollEvents::RDBAND.bits();
    POLLWRNORM == PollEvents::WRNORM.bits();
    POLLWRBAND == PollEvents::WRBAND.bits();
    POLLRDHUP == PollEvents::RDHUP.bits();

    SHUT_RD == Shutdown::READ.0;
    SHUT_WR == Shutdown::WRITE.0;
    SHUT_RDWR == Shutdown::BOTH.0;

    EPERM == Errno::EPERM.0;
    ENOENT == Errno::ENOENT.0;
    ESRCH == Errno::ESRCH.0;
    EINTR == Errno::EINTR.0;
    EIO == Errno::EIO.0;
    ENXIO == Errno::ENXIO.0;
    E2BIG == Errno::E2BIG.0;
    ENOEXEC == Errno::ENOEXEC.0;
    EBADF == Errno::EBADF.0;
    ECHILD == Errno::ECHILD.0;
    EAGAIN == Errno::EAGAIN.0;
    ENOMEM == Errno::ENOMEM.0;
    EACCES == Errno::EACCES.0;
    EFAULT == Errno::EFAULT.0;
    ENOTBLK == Errno::ENOTBLK.0;
    EBUSY == Errno::EBUSY.0;
    EEXIST == Errno::EEXIST.0;
    EXDEV == Errno::EXDEV.0;
    ENODEV == Errno::ENODEV.0;
    ENOTDIR == Errno::ENOTDIR.0;
    EISDIR == Errno::EISDIR.0;
    EINVAL == Errno::EINVAL.0;
    ENFILE == Errno::ENFILE.0;
    EMFILE == Errno::EMFILE.0;
    ENOTTY == Errno::ENOTTY.0;
    ETXTBSY == Errno::ETXTBSY.0;
    EFBIG == Errno::EFBIG.0;
    ENOSPC == Errno::ENOSPC.0;
    ESPIPE == Errno::ESPIPE.0;
    EROFS == Errno::EROFS.0;
    EMLINK == Errno::EMLINK.0;
    EPIPE == Errno::EPIPE.0;
    EDOM == Errno::EDOM.0;
    ERANGE == Errno::ERANGE.0;
    EDEADLK == Errno::EDEADLK.0;
    ENAMETOOLONG == Errno::ENAMETOOLONG.0;
    ENOLCK == Errno::ENOLCK.0;
    ENOSYS == Errno::ENOSYS.0;
    ENOTEMPTY == Errno::ENOTEMPTY.0;
    ELOOP == Errno::ELOOP.0;
    ENOMSG == Errno::ENOMSG.0;
    EIDRM == Errno::EIDRM.0;
    ECHRNG == Errno::ECHRNG.0;
    EL2NSYNC == Errno::EL2NSYNC.0;
    EL3HLT == Errno::EL3HLT.0;
    EL3RST == Errno::EL3RST.0;
    ELNRNG == Errno::ELNRNG.0;
    EUNATCH == Errno::EUNATCH.0;
    ENOCSI == Errno::ENOCSI.0;
    EL2HLT == Errno::EL2HLT.0;
    EBADE == Errno::EBADE.0;
    EBADR == Errno::EBADR.0;
    EXFULL == Errno::EXFULL.0;
    ENOANO == Errno::ENOANO.0;
    EBADRQC == Errno::EBADRQC.0;
    EBADSLT == Errno::EBADSLT.0;
    EBFONT == Errno::EBFONT.0;
    ENOSTR == Errno::ENOSTR.0;
    ENODATA == Errno::ENODATA.0;
    ETIME == Errno::ETIME.0;
    ENOSR == Errno::ENOSR.0;
    ENONET == Errno::ENONET.0;
    ENOPKG == Errno::ENOPKG.0;
    EREMOTE == Errno::EREMOTE.0;
    ENOLINK == Errno::ENOLINK.0;
    EADV == Errno::EADV.0;
    ESRMNT == Errno::ESRMNT.0;
    ECOMM == Errno::ECOMM.0;
    EPROTO == Errno::EPROTO.0;
    EMULTIHOP == Errno::EMULTIHOP.0;
    EDOTDOT == Errno::EDOTDOT.0;
    EBADMSG == Errno::EBADMSG.0;
    EOVERFLOW == Errno::EOVERFLOW.0;
    ENOTUNIQ == Errno::ENOTUNIQ.0;
    EBADFD == Errno::EBADFD.0;
    EREMCHG == Errno::EREMCHG.0;
    ELIBACC == Errno::ELIBACC.0;
    ELIBBAD == Errno::ELIBBAD.0;
    ELIBSCN == Errno::ELIBSCN.0;
    ELIBMAX == Errno::ELIBMAX.0;
    ELIBEXEC == Errno::ELIBEXEC.0;
    EILSEQ == Errno::EILSEQ.0;
    ERESTART == Errno::ERESTART.0;
    ESTRPIPE == Errno::ESTRPIPE.0;
    EUSERS == Errno::EUSERS.0;
    ENOTSOCK == Errno::ENOTSOCK.0;
    EDESTADDRREQ == Errno::EDESTADDRREQ.0;
    EMSGSIZE == Errno::EMSGSIZE.0;
    EPROTOTYPE == Errno::EPROTOTYPE.0;
    ENOPROTOOPT == Errno::ENOPROTOOPT.0;
    EPROTONOSUPPORT == Errno::EPROTONOSUPPORT.0;
    ESOCKTNOSUPPORT == Errno::ESOCKTNOSUPPORT.0;
    EOPNOTSUPP == Errno::EOPNOTSUPP.0;
    EPFNOSUPPORT == Errno::EPFNOSUPPORT.0;
    EAFNOSUPPORT == Errno::EAFNOSUPPORT.0;
    EADDRINUSE == Errno::EADDRINUSE.0;
    EADDRNOTAVAIL == Errno::EADDRNOTAVAIL.0;
    ENETDOWN == Errno::ENETDOWN.0;
    ENETUNREACH == Errno::ENETUNREACH.0;
    ENETRESET == Errno::ENETRESET.0;
    ECONNABORTED == Errno::ECONNABORTED.0;
    ECONNRESET == Errno::ECONNRESET.0;
    ENOBUFS == Errno::ENOBUFS.0;
    EISCONN == Errno::EISCONN.0;
    ENOTCONN == Errno::ENOTCONN.0;
    ESHUTDOWN == Errno::ESHUTDOWN.0;
    ETOOMANYREFS == Errno::ETOOMANYREFS.0;
    ETIMEDOUT == Errno::ETIMEDOUT.0;
    ECONNREFUSED == Errno::ECONNREFUSED.0;
    EHOSTDOWN == Errno::EHOSTDOWN.0;
    EHOSTUNREACH == Errno::EHOSTUNREACH.0;
    EALREADY == Errno::EALREADY.0;
    EINPROGRESS == Errno::EINPROGRESS.0;
    ESTALE == Errno::ESTALE.0;
    EUCLEAN == Errno::EUCLEAN.0;
    ENOTNAM == Errno::ENOTNAM.0;
    ENAVAIL == Errno::ENAVAIL.0;
    EISNAM == Errno::EISNAM.0;
    EREMOTEIO == Errno::EREMOTEIO.0;
    EDQUOT == Errno::EDQUOT.0;
    ENOMEDIUM == Errno::ENOMEDIUM.0;
    EMEDIUMTYPE == Errno::EMEDIUMTYPE.0;
    ECANCELED == Errno::ECANCELED.0;
    ENOKEY == Errno::ENOKEY.0;
    EKEYEXPIRED == Errno::EKEYEXPIRED.0;
    EKEYREVOKED == Errno::EKEYREVOKED.0;
    EKEYREJECTED == Errno::EKEYREJECTED.0;
    EOWNERDEAD == Errno::EOWNERDEAD.0;
    ENOTRECOVERABLE == Errno::ENOTRECOVERABLE.0;
    ERFKILL == Errno::ERFKILL.0;
    EHWPOISON == Errno::EHWPOISON.0;

    SO_ACCEPTCONN == option::socket::SO_ACCEPTCONN;
    SO_BROADCAST == option::socket::SO_BROADCAST;
    SO_DOMAIN == option::socket::SO_DOMAIN;
    SO_ERROR == option::socket::SO_ERROR;
    SO_KEEPALIVE == option::socket::SO_KEEPALIVE;
    SO_LINGER == option::socket::SO_LINGER;
    SO_OOBINLINE == option::socket::SO_OOBINLINE;
    SO_PRIORITY == option::socket::SO_PRIORITY;
    SO_PROTOCOL == option::socket::SO_PROTOCOL;
    SO_RCVBUF == option::socket::SO_RCVBUF;
    SO_RCVLOWAT == option::socket::SO_RCVLOWAT;
    SO_REUSEADDR == option::socket::SO_REUSEADDR;
    SO_REUSEPORT == option::socket::SO_REUSEPORT;
    SO_RXQ_OVFL == option::socket::SO_RXQ_OVFL;
    SO_SNDBUF == option::socket::SO_SNDBUF;
    SO_TYPE == option::socket::SO_TYPE;

    TCP_CORK == option::tcp::TCP_CORK;
    TCP_KEEPCNT == option::tcp::TCP_KEEPCNT;
    TCP_KEEPIDLE == option::tcp::TCP_KEEPIDLE;
    TCP_KEEPINTVL == option::tcp::TCP_KEEPINTVL;
    TCP_MAXSEG == option::tcp::TCP_MAXSEG;
    TCP_NODELAY == option::tcp::TCP_NODELAY;
    TCP_SYNCNT == option::tcp::TCP_SYNCNT;
    TCP_USER_TIMEOUT == option::tcp::TCP_USER_TIMEOUT;
    TCP_WINDOW_CLAMP == option::tcp::TCP_WINDOW_CLAMP;

    IP_TOS == option::ip::IP_TOS;
    IP_TTL == option::ip::IP_TTL;

    IPV6_UNICAST_HOPS == option::ipv6::IPV6_UNICAST_HOPS;
    IPV6_V6ONLY == option::ipv6::IPV6_V6ONLY;

    CAN_RAW_ERR_FILTER == option::can_raw::CAN_RAW_ERR_FILTER;
    CAN_RAW_FD_FRAMES == option::can_raw::CAN_RAW_FD_FRAMES;
    CAN_RAW_JOIN_FILTERS == option::can_raw::CAN_RAW_JOIN_FILTERS;
    CAN_RAW_LOOPBACK == option::can_raw::CAN_RAW_LOOPBACK;
    CAN_RAW_RECV_OWN_MSGS == option::can_raw::CAN_RAW_RECV_OWN_MSGS;
    CAN_RAW_FILTER == option::can_raw::CAN_RAW_FILTER;
}

// The bindings for musl lack these.
#[cfg(target_env = "gnu")]
same! {
    SOL_CAIF == Level::CAIF.0;
    SOL_IUCV == Level::IUCV.0;
    SOL_NFC == Level::NFC.0;
    SOL_PNPIPE == Level::PNPIPE.0;
    SOL_PPPOL2TP == Level::PPPOL2TP.0;
    SOL_RDS == Level::RDS.0;
    SOL_RXRPC == Level::RXRPC.0;
}

// And those for RISC-V lack this as well.
#[cfg(all(target_env = "gnu", not(any(target_arch = "riscv32", target_arch = "riscv64"))))]
same! {
    SO_TIMESTAMPNS_NEW == option::socket::SO_TIMESTAMPNS_NEW;
}

// The bindings for other targets lack many of these.
#[cfg(all(target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "arm")))]
mod option_numbers;

/// `C expression, ours`, a line: sizes.
macro_rules! same_size {
    ($( $c:expr, $ours:expr; )*) => {
        $( const _: () = assert!($c == $ours); )*
    };
}

same_size! {
    size_of::<libc::sockaddr_storage>(), ADDRESS_MAX;
    size_of::<libc::sockaddr_in>(), 16;
    size_of::<libc::sockaddr_in6>(), 28;
    size_of::<libc::sockaddr_un>(), 110;
    size_of::<libc::sockaddr_can>(), 24;
    size_of::<libc::linger>(), 8;
    size_of::<libc::can_frame>(), anysock::can::CAN_MTU;
    size_of::<libc::canfd_frame>(), anysock::can::CANFD_MTU;
    size_of::<libc::can_filter>(), anysock::can::Filter::SIZE;
    libc::IFNAMSIZ, anysock::InterfaceName::SIZE;
}

// SAFETY: CMSG_SPACE computes.
const _: () = assert!(unsafe { libc::CMSG_SPACE(20) } as usize == control_space(20));
