"""Signatures by MD5 (RFC 2385): a family of scripts. generate.py adds what Linux answers."""

from connections import lines

SET = """    +0 setsockopt({}, SOL_TCP, TCP_MD5SIG, {{.tcpm_addr=..., .tcpm_keylen=6, .tcpm_key="{}"}}, 216) = 0
"""
BOUND = """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
    +0 bind(3, ..., ...) = 0
"""
LISTEN = BOUND + SET.format(3, "secret") + "    +0 listen(3, 5) = 0\n"
OPEN = """
    +0 < S 0:0(0) win 32792 <md5,mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <nop,nop,md5,mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257 <md5>
    +0 accept(3, ..., ...) = 4
"""
CONNECT = """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
""" + SET.format(4, "secret") + """
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) <nop,nop,md5,mss 1460,nop,nop,sackOK,nop,wscale 8>
"""
CONNECTED = CONNECT + """
   +.1 < S. 0:0(0) ack 1 win 65535 <md5,mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > . 1:1(0) ack 1 <nop,nop,md5>
"""
TIMESTAMPS = ("net.ipv4.tcp_timestamps=1",)


def handshakes():
    """Both begin with a signature."""
    yield "accepted", lines(
        "A connection whose segments are signed, from its beginning to its end.",
        LISTEN + OPEN + """
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
    +0 read(4, ..., 1000) = 100
   +.1 write(4, ..., 200) = 200
   +.1 < . 101:101(0) ack 201 win 257 <md5>
   +.1 close(4) = 0
   +.1 < F. 101:101(0) ack 202 win 257 <md5>
   +.1 < F. 101:101(0) ack 202 win 257 <md5>
   +.1 < F. 101:101(0) ack 202 win 257
""")
    yield "connected", lines("A client that signs.", CONNECTED + """
   +.1 write(4, ..., 200) = 200
   +.1 < P. 1:101(100) ack 201 win 257 <md5>
    +0 read(4, ..., 1000) = 100
   +.1 < F. 101:101(0) ack 201 win 257 <md5>
   +.1 close(4) = 0
   +.1 < . 102:102(0) ack 202 win 257 <md5>
""")
    yield "syn_again", lines("A SYN that is sent again is signed, too.", CONNECT, pause="  +1.5 %{ pass }%")
    yield "syn_ack_again", lines("So is a SYN,ACK.", LISTEN + """
    +0 < S 0:0(0) win 32792 <md5,mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <nop,nop,md5,mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < S 0:0(0) win 32792 <md5,mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <nop,nop,md5,mss 1460,nop,nop,sackOK,nop,wscale 8>
    +1 > S. 0:0(0) ack 1 <nop,nop,md5,mss 1460,nop,nop,sackOK,nop,wscale 8>
""")


def refusals():
    """What is not signed, or not well."""
    yield "syn_without", lines(
        "A SYN without a signature, and one with a wrong one, are nothing to a listener with a key.",
        LISTEN + """
    +0 < S 0:0(0) win 32792 <mss 1000>
   +.1 < S 0:0(0) win 32792 <md5 invalid,mss 1000>
   +.1 < S 0:0(0) win 32792 <md5,mss 1000>
    +0 > S. 0:0(0) ack 1 <nop,nop,md5,mss 1460>
   +.1 < . 1:1(0) ack 1 win 257
   +.1 < . 1:1(0) ack 1 win 257 <md5 invalid>
   +.1 < . 1:1(0) ack 1 win 257 <md5>
    +0 accept(3, ..., ...) = 4
""")
    yield "answer_without", lines("Nor is a SYN,ACK, or a reset, to a client with one.", CONNECT + """
   +.1 < S. 0:0(0) ack 1 win 65535 <mss 1000>
   +.1 < S. 0:0(0) ack 1 win 65535 <md5 invalid,mss 1000>
   +.1 < R. 0:0(0) ack 1 win 0
   +.1 < R. 0:0(0) ack 1 win 0 <md5>
    +0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0
""")
    yield "text_without", lines("On a connection, too, only what is signed counts.", LISTEN + OPEN + """
   +.1 < P. 1:101(100) ack 1 win 257
   +.1 < P. 1:101(100) ack 1 win 257 <md5 invalid>
   +.1 < R. 1:1(0) ack 1 win 257
   +.1 < R. 1:1(0) ack 1 win 257 <md5 invalid>
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
    +0 read(4, ..., 1000) = 100
   +.1 < R. 101:101(0) ack 1 win 257 <md5>
    +0 read(4, ..., 1000) = -1 ECONNRESET (Connection reset by peer)
""")
    yield "unexpected", lines(
        "Where nobody has a key, a signature is unexpected.",
        BOUND + "    +0 listen(3, 5) = 0\n" + """
    +0 < S 0:0(0) win 32792 <md5 invalid,mss 1000>
   +.1 < S 0:0(0) win 32792 <mss 1000>
    +0 > S. 0:0(0) ack 1 <mss 1460>
   +.1 < . 1:1(0) ack 1 win 257 <md5 invalid>
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
   +.1 < P. 1:101(100) ack 1 win 257 <md5 invalid>
""")
    yield "malformed", lines("A segment with two signatures, or one of another length, is dropped and not counted; the end of the options, where there is no room for one, is not looked at.", LISTEN + OPEN + """
   +.1 < P. 1:101(100) ack 1 win 257 <md5,md5>
   +.1 < P. 1:101(100) ack 1 win 257 <md5 000102030405060708090a0b0c0d0e0f0102,nop,nop,nop,nop>
   +.1 < P. 1:101(100) ack 1 win 257 <md5 00010203,nop,nop,md5,nop,nop>
   +.1 < P. 1:101(100) ack 1 win 257 <md5 00010203,nop,nop>
""")


def answers():
    """Resets and challenges."""
    yield "closed_port", lines("Who signs is not refused by a node without a key, who does not is.", LISTEN + """
    +0 < 40001 > 9000 S 0:0(0) win 32792 <md5 invalid,mss 1000>
   +.1 < 40001 > 9000 S 0:0(0) win 32792 <md5,mss 1000>
   +.1 < 40001 > 9000 S 0:0(0) win 32792 <mss 1000>
   +.1 < 8080 > 9000 S 0:0(0) win 32792 <md5 invalid,mss 1000>
   +.1 < 8080 > 9000 S 0:0(0) win 32792 <md5,mss 1000>
""")
    yield "listener_resets", lines("A listener's reset is signed.", LISTEN + """
    +0 < . 1:1(0) ack 1 win 257 <md5>
   +.1 < . 1:1(0) ack 1 win 257
""")
    yield "half_open_resets", lines("So is that of a connection that is half open.", LISTEN + """
    +0 < S 0:0(0) win 32792 <md5,mss 1000>
    +0 > S. 0:0(0) ack 1 <nop,nop,md5,mss 1460>
   +.1 < . 1:1(0) ack 5 win 257 <md5>
   +.1 < . 100000:100000(0) ack 1 win 257 <md5>
""")
    yield "connecting_resets", lines("And that of a client.", CONNECT + """
    +1 > S 0:0(0) <nop,nop,md5,mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < . 1:1(0) ack 5 win 257 <md5>
   +.1 < . 1:1(0) ack 5 win 257
""")
    yield "aborts", lines("A program's reset is signed.", LISTEN + OPEN + """
   +.1 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0
    +0 close(4) = 0
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
   +.1 < P. 1:101(100) ack 1 win 257
""")
    yield "challenges", lines("Challenges are signed.", LISTEN + OPEN + """
   +.1 < S 1:1(0) win 257 <md5>
   +.1 < R 2:2(0) win 257 <md5>
   +.7 < S 1:1(0) win 257
""")


def options():
    """What there is room for beside a signature."""
    yield "without_timestamps", lines("There is no room for timestamps beside selective acknowledgments.", LISTEN + """
    +0 < S 0:0(0) win 32792 <md5,mss 1000,sackOK,TS val 100 ecr 0>
    +0 > S. 0:0(0) ack 1 <nop,nop,md5,mss 1460,nop,nop,sackOK>
   +.1 < . 1:1(0) ack 1 win 257 <md5>
    +0 accept(3, ..., ...) = 4
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
""", settings=TIMESTAMPS)
    yield "timestamps_alone", lines("Without selective acknowledgments there is.", LISTEN + """
    +0 < S 0:0(0) win 32792 <md5,mss 1000,nop,nop,TS val 100 ecr 0>
    +0 > S. 0:0(0) ack 1 <nop,nop,md5,mss 1460,nop,nop,TS val 100 ecr 100>
   +.1 < . 1:1(0) ack 1 win 32792 <md5,nop,nop,TS val 200 ecr 100>
    +0 accept(3, ..., ...) = 4
    +0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [988], [4]) = 0
    +0 write(4, ..., 1000) = 1000
   +.1 < . 1:1(0) ack 1001 win 32792 <md5,nop,nop,TS val 300 ecr 200>
   +.1 close(4) = 0
   +.1 < F. 1:1(0) ack 1002 win 32792 <md5,nop,nop,TS val 500 ecr 200>
   +.1 < F. 1:1(0) ack 1002 win 32792 <md5,nop,nop,TS val 500 ecr 200>
""", settings=TIMESTAMPS)
    yield "client_without_timestamps", lines("A client that signs offers none.", CONNECTED + """
   +.1 write(4, ..., 200) = 200
""", settings=TIMESTAMPS)
    yield "blocks", lines("There is room for two blocks beside a signature.", LISTEN + OPEN + """
   +.1 < . 1001:2001(1000) ack 1 win 257 <md5>
   +.1 < . 3001:4001(1000) ack 1 win 257 <md5>
   +.1 < . 5001:6001(1000) ack 1 win 257 <md5>
   +.1 < . 5001:6001(1000) ack 1 win 257 <md5>
""")


def sizes():
    """How much text there is room for."""
    yield "segment_size", lines("A signature takes its room from the text.", LISTEN + OPEN + """
    +0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [1000], [4]) = 0
    +0 write(4, ..., 3000) = 3000
    +0 > . 1:981(980) ack 1 <nop,nop,md5>
    +0 > . 981:1961(980) ack 1 <nop,nop,md5>
    +0 > . 1961:2941(980) ack 1 <nop,nop,md5>
    +0 > P. 2941:3001(60) ack 1 <nop,nop,md5>
   +.1 < . 1:1(0) ack 3001 win 257 <md5>
""", ("--strict_segments",))
    yield "segment_size_of_a_client", lines("A client's, too.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
    +0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0
""" + SET.format(4, "secret") + """
    +0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [536], [4]) = 0
    +0 connect(4, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0 > S 0:0(0) win 64240 <nop,nop,md5,mss 1460,nop,nop,sackOK,nop,wscale 8>
    +0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [536], [4]) = 0
   +.1 < S. 0:0(0) ack 1 win 65535 <md5,nop,nop,sackOK,nop,wscale 7>
    +0 > . 1:1(0) ack 1 win 251 <nop,nop,md5>
    +0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [536], [4]) = 0
    +0 write(4, ..., 1200) = 1200
    +0 > . 1:517(516) ack 1 <nop,nop,md5>
    +0 > . 517:1033(516) ack 1 <nop,nop,md5>
    +0 > P. 1033:1201(168) ack 1 <nop,nop,md5>
""", ("--strict_segments",))
    yield "narrow_path", lines("Where the path takes less, there is room for the signature, too.", LISTEN + """
    +0 < S 0:0(0) win 32792 <md5,mss 1460,nop,nop,sackOK,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <nop,nop,md5,mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257 <md5>
    +0 accept(3, ..., ...) = 4
    +0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [1460], [4]) = 0
    +0 write(4, ..., 1440) = 1440
    +0 > P. 1:1441(1440) ack 1 <nop,nop,md5>
   +.1 < icmp unreachable frag_needed mtu 1200 [1:1441(1440)]
    +0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [1160], [4]) = 0
   +.1 < . 1:1(0) ack 1441 win 257 <md5>
""")


def keys_changed():
    """Keys that come, go and change."""
    yield "key_taken_away", lines("Without its key a connection goes on unsigned.", LISTEN + OPEN + """
   +.1 setsockopt(4, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_keylen=0}, 216) = 0
    +0 setsockopt(4, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_keylen=0}, 216) = -1 ENOENT (No such file or directory)
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
   +.1 < P. 1:101(100) ack 1 win 257
    +0 read(4, ..., 1000) = 100
   +.1 write(4, ..., 200) = 200
   +.1 < . 101:101(0) ack 201 win 257
""")
    yield "key_given_later", lines(
        "A connection that is there is signed from when it has a key.",
        BOUND + "    +0 listen(3, 5) = 0\n" + """
    +0 < S 0:0(0) win 32792 <mss 1000,nop,nop,sackOK,nop,wscale 7>
    +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>
   +.1 < . 1:1(0) ack 1 win 257
    +0 accept(3, ..., ...) = 4
""" + SET.format(4, "secret") + """
   +.1 < P. 1:101(100) ack 1 win 257
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
    +0 read(4, ..., 1000) = 100
   +.1 write(4, ..., 900) = 900
   +.1 < . 101:101(0) ack 901 win 257 <md5>
""")
    yield "key_changed", lines(
        "Another key takes the place of the one before.",
        LISTEN + OPEN + SET.format(4, "public") + """
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
    +0 read(4, ..., 1000) = 100
""")
    yield "listener_key_changed", lines(
        "What a listener's key becomes is nothing to its connections.",
        LISTEN + OPEN + SET.format(3, "public") + """
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
""")


def keys():
    """Whose keys they are, and which there can be."""
    yield "prefixes", lines("The longest prefix counts; an address is a prefix of all its bits.", BOUND + """
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=8, .tcpm_key="eight"}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=0, .tcpm_key="none"}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=16, .tcpm_key="sixteen"}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr={sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("10.1.1.1")}, .tcpm_flags=1, .tcpm_prefixlen=24, .tcpm_key="sixteen"}, 216) = 0
    +0 listen(3, 5) = 0
""" + OPEN + """
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
   +.1 setsockopt(4, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=16, .tcpm_keylen=0}, 216) = -1 ENOENT (No such file or directory)
    +0 setsockopt(4, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_keylen=0}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_keylen=0}, 216) = -1 ENOENT (No such file or directory)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=16, .tcpm_keylen=0}, 216) = 0
""")
    yield "values", lines("What can be set.", """
     0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_keylen=0}, 216) = -1 ENOENT (No such file or directory)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_keylen=81, .tcpm_key="key"}, 216) = -1 EINVAL (Invalid argument)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_keylen=80, .tcpm_key="key"}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_key="key"}, 215) = -1 EINVAL (Invalid argument)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_key="key"}, 217) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr={sa_family=AF_INET6}, .tcpm_key="key"}, 216) = -1 EINVAL (Invalid argument)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr={sa_family=AF_UNSPEC}, .tcpm_key="key"}, 216) = -1 EINVAL (Invalid argument)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=33, .tcpm_key="key"}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=33, .tcpm_key="key"}, 216) = -1 EINVAL (Invalid argument)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=32, .tcpm_key="key"}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=0, .tcpm_prefixlen=33, .tcpm_key="key"}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=2, .tcpm_ifindex=1, .tcpm_key="key"}, 216) = -1 EINVAL (Invalid argument)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=2, .tcpm_ifindex=0, .tcpm_key="key"}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_flags=2, .tcpm_ifindex=1, .tcpm_keylen=0}, 216) = 0
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_flags=2, .tcpm_ifindex=1, .tcpm_keylen=0}, 216) = -1 ENOENT (No such file or directory)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_keylen=0}, 216) = 0
    +0 getsockopt(3, SOL_TCP, TCP_MD5SIG, [0], [4]) = -1 ENOPROTOOPT (Protocol not available)
""")


def elsewhere():
    """Other addresses, and other ends."""
    yield "ipv6", lines("The same over IPv6.", LISTEN + OPEN + """
   +.1 < P. 1:101(100) ack 1 win 257 <md5 invalid>
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
    +0 read(4, ..., 1000) = 100
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG, {.tcpm_addr={sa_family=AF_INET}, .tcpm_key="key"}, 216) = -1 EINVAL (Invalid argument)
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=129, .tcpm_key="key"}, 216) = -1 EINVAL (Invalid argument)
   +.1 close(4) = 0
   +.1 < F. 101:101(0) ack 2 win 257
""", ("--ip_version=ipv6", "--mtu=1520"))
    yield "mapped", lines("And over IPv4 from a socket of IPv6.", LISTEN + OPEN + """
   +.1 < P. 1:101(100) ack 1 win 257 <md5>
    +0 read(4, ..., 1000) = 100
    +0 setsockopt(3, SOL_TCP, TCP_MD5SIG_EXT, {.tcpm_addr=..., .tcpm_flags=1, .tcpm_prefixlen=33, .tcpm_key="key"}, 216) = -1 EINVAL (Invalid argument)
   +.1 setsockopt(4, SOL_TCP, TCP_MD5SIG, {.tcpm_addr=..., .tcpm_keylen=0}, 216) = 0
   +.1 < P. 101:201(100) ack 1 win 257
""", ("--ip_version=ipv4-mapped-ipv6",))
    yield "half_closed", lines(
        "Nobody looks at the signatures for a closed socket that waits for the FIN.",
        LISTEN + OPEN + """
   +.1 close(4) = 0
   +.1 < . 1:1(0) ack 2 win 257 <md5>
   +.1 < F. 1:1(0) ack 2 win 257
""")
    yield "reopened", lines("A SYN that begins a connection anew has to be signed.", LISTEN + OPEN + """
   +.1 close(4) = 0
   +.1 < F. 1:1(0) ack 2 win 257 <md5>
   +.1 < S 100000:100000(0) win 32792 <md5,mss 1000,nop,nop,sackOK,nop,wscale 7>
""")


def signatures():
    """Who signs what, and who believes it."""
    yield from handshakes()
    yield from refusals()
    yield from answers()
    yield from options()
    yield from sizes()
    yield from keys_changed()
    yield from keys()
    yield from elsewhere()


SIGNATURES = {"signatures": signatures}
