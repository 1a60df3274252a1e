/* The peer of families that Debian has no program for: family_echo FAMILY ADDRESS... binds a socket, prints "ready" and
 * sends back every message that it receives. It ends when it is killed.
 *
 * family_echo ax25 CALL OTHER     family_echo llc MAC SAP
 * family_echo netrom CALL         family_echo phonet DEVICE OBJECT
 * family_echo rose NODE CALL      family_echo ieee802154 INTERFACE PAN ADDRESS
 * Call signs are seven pairs of hexadecimal digits, as the kernel has them; so are all other numbers. */
#include <linux/ax25.h>
#include <linux/if_arp.h>
#include <linux/llc.h>
#include <linux/phonet.h>
#include <linux/rose.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef SOL_AX25
#define SOL_AX25 257 /* net/ax25.h */
#endif
#ifndef AF_IEEE802154
#define AF_IEEE802154 36
#endif

/* Of the kernel's net/af_ieee802154.h, which is not installed. */
struct wpan_address {
	int kind; /* 2: a short address */
	uint16_t pan;
	union {
		uint8_t hardware[8];
		uint16_t number;
	};
};
struct sockaddr_wpan {
	sa_family_t family;
	struct wpan_address address;
};

static void check(long result, const char *call)
{
	if (result < 0) {
		perror(call);
		exit(1);
	}
}

static void bytes(void *to, const char *digits, size_t length)
{
	unsigned int byte;

	for (size_t at = 0; at < length; at++) {
		if (sscanf(digits + 2 * at, "%2x", &byte) != 1)
			exit(2);
		((uint8_t *)to)[at] = byte;
	}
}

static unsigned long number(const char *digits)
{
	return strtoul(digits, NULL, 16);
}

/* Binds; returns the socket. */
static int bound(int family, int type, int protocol, const void *address, socklen_t length)
{
	int opened = socket(family, type, protocol);

	check(opened, "socket");
	check(bind(opened, address, length), "bind");
	return opened;
}

/* Listens and accepts. */
static int accepted(int listener)
{
	check(listen(listener, 1), "listen");
	printf("ready\n");
	fflush(stdout);
	listener = accept(listener, NULL, NULL);
	check(listener, "accept");
	return listener;
}

static void set_wpan_address(const char *interface, const struct sockaddr_wpan *address)
{
	struct {
		char name[IFNAMSIZ];
		struct sockaddr_wpan address;
	} request;
	int wpan = socket(AF_IEEE802154, SOCK_DGRAM, 0);

	check(wpan, "socket");
	memset(&request, 0, sizeof(request));
	strncpy(request.name, interface, IFNAMSIZ - 1);
	request.address = *address;
	check(ioctl(wpan, SIOCSIFADDR, &request), "SIOCSIFADDR");
}

int main(int argc, char **argv)
{
	static char message[65536];
	const char *family = argc > 2 ? argv[1] : "";
	const int one = 1;
	int peer, first;

	if (!strcmp(family, "ax25") || !strcmp(family, "netrom")) {
		int netrom = family[0] == 'n';
		struct full_sockaddr_ax25 address = { 0 };

		address.fsa_ax25.sax25_family = netrom ? AF_NETROM : AF_AX25;
		bytes(&address.fsa_ax25.sax25_call, argv[2], 7);
		peer = bound(address.fsa_ax25.sax25_family, netrom ? SOCK_SEQPACKET : SOCK_DGRAM, 0, &address,
			     sizeof(address.fsa_ax25));
		if (netrom) {
			peer = accepted(peer);
		} else if (argc == 4) {
			/* It hears the other alone. */
			bytes(&address.fsa_ax25.sax25_call, argv[3], 7);
			check(connect(peer, (struct sockaddr *)&address, sizeof(address.fsa_ax25)), "connect");
			/* Else the kernel drops the first byte of what it receives. */
			check(setsockopt(peer, SOL_AX25, AX25_PIDINCL, &one, sizeof(one)), "AX25_PIDINCL");
		}
	} else if (!strcmp(family, "rose") && argc == 4) {
		struct sockaddr_rose address = { .srose_family = AF_ROSE };

		bytes(&address.srose_addr, argv[2], 5);
		bytes(&address.srose_call, argv[3], 7);
		peer = accepted(bound(AF_ROSE, SOCK_SEQPACKET, 0, &address, sizeof(address)));
	} else if (!strcmp(family, "llc") && argc == 4) {
		struct sockaddr_llc address = { .sllc_family = AF_LLC, .sllc_arphrd = ARPHRD_ETHER };

		bytes(address.sllc_mac, argv[2], 6);
		address.sllc_sap = number(argv[3]);
		peer = bound(AF_LLC, SOCK_DGRAM, 0, &address, sizeof(address));
	} else if (!strcmp(family, "phonet") && argc == 4) {
		struct sockaddr_pn address = { .spn_family = AF_PHONET };

		address.spn_dev = number(argv[2]);
		address.spn_obj = number(argv[3]);
		peer = bound(AF_PHONET, SOCK_DGRAM, PN_PROTO_PHONET, &address, sizeof(address));
	} else if (!strcmp(family, "ieee802154") && argc >= 5) {
		struct sockaddr_wpan address = { .family = AF_IEEE802154, .address.kind = 2 };

		address.address.pan = number(argv[3]);
		address.address.number = number(argv[4]);
		set_wpan_address(argv[2], &address);
		if (argc > 5)
			return 0;
		peer = bound(AF_IEEE802154, SOCK_DGRAM, 0, &address, sizeof(address));
	} else {
		return 2;
	}
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		struct sockaddr_storage address;
		socklen_t length = sizeof(address);
		ssize_t received;

		/* The protocol identifier of text goes before what is sent. */
		first = !strcmp(family, "ax25");
		message[0] = 0xF0;
		received = recvfrom(peer, message + first, sizeof(message) - first, 0, (struct sockaddr *)&address,
				    &length);

		check(received, "recvfrom");
		if (received == 0)
			return 0;
		/* A connected socket knows where to. */
		if (!strcmp(family, "netrom") || !strcmp(family, "rose"))
			check(send(peer, message, received, 0), "send");
		else
			check(sendto(peer, message, first + received, 0, (struct sockaddr *)&address, length), "sendto");
	}
}
