"""The other side of tcp_linux.rs: Linux's own TCP, behind a TUN device in a network namespace of its own.

Packets go through standard input and output, each after its length in two octets. Linux is 10.9.0.1, the stack
under test 10.9.0.2. Arguments are settings, NAME=VALUE, in /proc/sys/net/ipv4. Services of Linux:

5000  echo
5001  close without having read, which resets
5002  read nothing for two seconds, then everything; answer with its SHA-256
5003  "PORT COUNT": connect to that port of 10.9.0.2, send COUNT octets, shut down, expect them back; answer "ok"
      or the name of the exception
5004  the name of a counter of /proc/net/netstat; answer with its value
5005  take the urgent octet out of band, then read everything; send back what was read, the octet as urgent, and "end"
5006  as 5003, with Fast Open
"""

import fcntl
import hashlib
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
TCP_FASTOPEN_CONNECT = 30


def open_tun():
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "addr", "add", "10.9.0.1/24", "dev", "tun0"], check=True)
    subprocess.run(["ip", "link", "set", "tun0", "up"], check=True)
    return tun


def from_tun(tun):
    while True:
        packet = os.read(tun, 65535)
        sys.stdout.buffer.write(struct.pack(">H", len(packet)) + packet)
        sys.stdout.buffer.flush()


def to_tun(tun):
    while header := sys.stdin.buffer.read(2):
        os.write(tun, sys.stdin.buffer.read(struct.unpack(">H", header)[0]))
    os._exit(0)


def read_all(connection):
    return b"".join(iter(lambda: connection.recv(65536), b""))


def echo(connection):
    while octets := connection.recv(65536):
        connection.sendall(octets)


def close_unread(_):
    time.sleep(0.2)


def digest(connection):
    time.sleep(2)
    connection.sendall(hashlib.sha256(read_all(connection)).digest())


def connect_back(connection):
    order_to_connect(connection, lambda address: socket.create_connection(address, timeout=30))


def connect_back_fast(connection):
    order_to_connect(connection, open_fast)


def open_fast(address):
    back = socket.socket()
    back.settimeout(30)
    back.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
    back.connect(address)
    return back


def order_to_connect(connection, connect):
    port, count = map(int, connection.recv(100).split())
    octets = bytes(range(251)) * (count // 251 + 1)
    octets = octets[:count]
    try:
        with connect(("10.9.0.2", port)) as back:
            threading.Thread(target=send_and_shut_down, args=(back, octets)).start()
            answer = "ok" if read_all(back) == octets else "different"
    except OSError as error:
        answer = type(error).__name__
    connection.sendall(answer.encode())


def counter(connection):
    name = connection.recv(100).decode()
    counters = {}
    with open("/proc/net/netstat") as table:
        for names in table:
            counters.update(zip(names.split(), next(table).split()))
    connection.sendall(counters[name].encode())


def urgent(connection):
    select.select([], [], [connection], 10)
    octet = connection.recv(1, socket.MSG_OOB)
    connection.sendall(read_all(connection))
    connection.send(octet, socket.MSG_OOB)
    connection.sendall(b"end")


def send_and_shut_down(connection, octets):
    try:
        connection.sendall(octets)
        # With Fast Open it may still be connecting, and a shutdown would end that.
        select.select([], [connection], [], 30)
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # The reader sees it too.


def handle(service, connection):
    with connection:
        service(connection)


def serve(port, service):
    listener = socket.create_server(("10.9.0.1", port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=handle, args=(service, connection)).start()


SERVICES = {
    5000: echo,
    5001: close_unread,
    5002: digest,
    5003: connect_back,
    5004: counter,
    5005: urgent,
    5006: connect_back_fast,
}


def main():
    for setting in sys.argv[1:]:
        name, value = setting.split("=")
        with open(f"/proc/sys/net/ipv4/{name}", "w") as file:
            file.write(value)
    tun = open_tun()
    for port, service in SERVICES.items():
        threading.Thread(target=serve, args=(port, service)).start()
    threading.Thread(target=to_tun, args=(tun,)).start()
    time.sleep(0.2)
    sys.stdout.buffer.write(b"\0\0")  # Ready: a packet of nothing.
    sys.stdout.buffer.flush()
    from_tun(tun)


main()
