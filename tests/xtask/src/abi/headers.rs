//! The headers that are compared with, and the names that they define.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;

use super::machine::Machine;
use crate::command::{self, Failure, Result};
use crate::workspace;

/// Headers that one C program can include together.
pub(super) struct Headers {
    pub(super) name: &'static str,
    /// Separated by spaces, in an order in which they can be included.
    includes: &'static str,
}

/// The kernel's headers, the C library's, and BlueZ's for the parts of Bluetooth that the kernel keeps to
/// itself. The same name may be in several, and is compared in each.
pub(super) const ALL: &[Headers] = &[
    Headers {
        name: "kernel",
        includes: "\
            linux/socket.h linux/time_types.h linux/ipv6.h linux/in.h linux/in6.h linux/if.h \
            linux/errno.h linux/net.h asm/socket.h asm/poll.h linux/eventpoll.h \
            linux/un.h linux/tcp.h linux/udp.h linux/icmp.h linux/icmpv6.h \
            linux/if_addr.h linux/if_arp.h linux/if_ether.h linux/if_link.h \
            linux/if_packet.h linux/filter.h linux/errqueue.h linux/net_tstamp.h linux/netlink.h \
            linux/genetlink.h linux/sock_diag.h linux/inet_diag.h linux/unix_diag.h linux/rtnetlink.h \
            linux/neighbour.h linux/can.h linux/can/raw.h \
            linux/can/bcm.h linux/can/isotp.h linux/can/j1939.h linux/can/error.h \
            linux/can/netlink.h linux/can/gw.h linux/if_alg.h linux/tipc.h linux/vm_sockets.h \
            linux/if_xdp.h linux/llc.h linux/ax25.h linux/netrom.h linux/rose.h linux/x25.h \
            linux/atm.h linux/atmdev.h linux/atalk.h linux/sctp.h linux/dccp.h linux/kcm.h \
            linux/smc.h linux/rds.h linux/nfc.h linux/phonet.h linux/caif/caif_socket.h linux/mctp.h \
            linux/qrtr.h linux/tls.h linux/rxrpc.h linux/if_pppox.h linux/if_pppol2tp.h",
    },
    Headers {
        name: "mptcp",
        // It includes the C library's netinet/in.h, which conflicts with the kernel's.
        includes: "linux/mptcp.h",
    },
    Headers {
        name: "libc",
        includes: "\
            errno.h sys/socket.h sys/un.h sys/epoll.h sys/time.h poll.h netdb.h net/if.h \
            net/if_arp.h net/ethernet.h netinet/in.h netinet/tcp.h netinet/udp.h netpacket/packet.h netipx/ipx.h \
            netash/ash.h neteconet/ec.h netiucv/iucv.h",
    },
    Headers {
        name: "bluetooth",
        includes: "\
            sys/socket.h bluetooth/bluetooth.h bluetooth/l2cap.h bluetooth/rfcomm.h bluetooth/sco.h \
            bluetooth/hci.h",
    },
];

/// The group that includes this header.
pub(super) fn with(header: &str) -> Option<&'static Headers> {
    ALL.iter().find(|headers| headers.includes.split_whitespace().any(|included| included == header))
}

impl Headers {
    /// The lines that include them.
    pub(super) fn source(&self) -> String {
        // What the kernel's headers take for granted.
        let first = ["stdint.h", "stddef.h", "sys/types.h", "sys/socket.h"];
        let all = first.into_iter().chain(self.includes.split_whitespace());
        all.map(|header| format!("#include <{header}>\n")).collect()
    }

    /// Every macro without parameters and every enumerator that they define for this machine.
    pub(super) fn names(&self, machine: &Machine) -> Result<BTreeSet<String>> {
        let directory = workspace::target().join("abi").join(machine.name);
        fs::create_dir_all(&directory).map_err(Failure::at(&directory))?;
        let source = directory.join(format!("{}.h", self.name));
        fs::write(&source, self.source()).map_err(Failure::at(&source))?;
        let mut compiler = machine.compiler();
        compiler.args(["-E", "-dD", "-x", "c"]).arg(foreign()?).arg(&source);
        Ok(defined(&command::output(&mut compiler)?))
    }
}

/// The option that adds the headers of packages without a cross-compiled twin: they are the same everywhere.
pub(super) fn foreign() -> Result<String> {
    let include = workspace::target().join("abi/include");
    fs::create_dir_all(&include).map_err(Failure::at(&include))?;
    let bluetooth = include.join("bluetooth");
    if !bluetooth.exists() {
        symlink("/usr/include/bluetooth", &bluetooth).map_err(Failure::at(&bluetooth))?;
    }
    Ok(format!("-I{}", include.display()))
}

/// The names in what `gcc -E -dD` wrote.
fn defined(preprocessed: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut code = String::new();
    for line in preprocessed.lines() {
        if let Some(definition) = line.strip_prefix("#define ") {
            // A macro without a value is a mark of the header itself.
            if let Some((name, value)) = definition.split_once(' ')
                && !value.trim().is_empty()
                && is_identifier(name)
            {
                names.insert(name.to_owned());
            }
        } else if !line.starts_with('#') {
            code.push_str(line);
            code.push(' ');
        }
    }
    names.extend(enumerators(&code));
    names
}

/// The names within the braces of each `enum`.
fn enumerators(code: &str) -> impl Iterator<Item = String> {
    let enums = code.split("enum").skip(1);
    let bodies = enums.filter_map(|after| {
        let (tag, rest) = after.split_once('{')?;
        let is_tag = tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c.is_whitespace());
        is_tag.then(|| rest.split('}').next().unwrap_or(rest))
    });
    bodies.flat_map(|body| body.split(',')).filter_map(|enumerator| {
        let name = enumerator.split('=').next()?.trim();
        is_identifier(name).then(|| name.to_owned())
    })
}

fn is_identifier(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// How the names begin that a socket's program may use.
const PREFIXES: &str = "\
    AF_ AI_ ALG_ ARPHRD_ ATM_ AX25_ BDADDR_ BT_ BTPROTO_ CAIF CAN DCCP_ EAI_ EPOLL ETH_P_ HCI_ \
    ICMP_FILTER ICMPV6_FILTER IFA_ IFF_ IFLA_ IN6ADDR_ INADDR_ IP_ IPPORT_ IPPROTO_ IPV6_ J1939_ KCM \
    L2CAP_ LLC_ MCAST_ MCTP_ MPTCP_ MSG_ NETLINK_ NETROM_ NFC_ NI_ NLMSG_ NLM_F_ PACKET_ PNPIPE_ \
    PN_PROTO_ POLL PPPOL2TP_SO_ PX_PROTO_ QRTR_ RDS_ RFCOMM_ ROSE_ RTA_ RTM_ RXRPC_ SCM_ SCO_ SCTP_ \
    SHUT_ SMC_ SOCK_ SOL_ SOMAXCONN SO_ TCP_ TIPC_ TLS_ UDP_ VMADDR_ X25_ XDP_";

/// Whether a program with sockets may use the name: by its beginning, or because it is an error number.
pub(super) fn is_vocabulary(name: &str) -> bool {
    let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let no_error = ["EOF", "ETHERMIN", "ETHERMTU"];
    let error =
        name.len() > 2 && name.starts_with('E') && name.chars().all(upper) && !no_error.contains(&name);
    error || PREFIXES.split_whitespace().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macros_and_enumerators_are_found() {
        let preprocessed = "\
# 1 \"linux/x.h\"
#define _LINUX_X_H
#define AF_X 7
#define MAX(a,b) ((a) > (b) ? (a) : (b))
enum {
  SHUT_RD = 0,
#define SHUT_RD SHUT_RD
  SHUT_WR
};
enum tag { ONE, TWO = ONE + 1, };
enum tag variable;
struct enumerated { int field; };";
        let names: Vec<String> = defined(preprocessed).into_iter().collect();
        assert_eq!(names, ["AF_X", "ONE", "SHUT_RD", "SHUT_WR", "TWO"]);
    }

    #[test]
    fn the_vocabulary_is_known_by_its_beginnings() {
        for name in ["AF_CAN", "EAGAIN", "E2BIG", "SO_KEEPALIVE", "EPOLLIN", "SOMAXCONN"] {
            assert!(is_vocabulary(name), "{name}");
        }
        for name in ["E", "INT_MAX", "EOF_t", "_SS_SIZE", "EOF", "SIOCGIFNAME"] {
            assert!(!is_vocabulary(name), "{name}");
        }
    }
}
