/* The peer of L2CAP in the modes that Debian's l2test cannot set (BlueZ 5.66 mistakes BT_MODE's numbers for those of
 * L2CAP_OPTIONS, and has no way to ask for messages of low energy's enhanced mode): sends all that it receives back.
 *
 * l2cap_echo listen stream|seqpacket LOCAL PSM MODE MTU          accepts one connection
 * l2cap_echo connect stream|seqpacket LOCAL PSM MODE MTU PEER    connects
 *
 * Addresses are 00:11:22:33:44:55. MODE is a mode of L2CAP_OPTIONS for classic Bluetooth (basic, ertm, streaming),
 * or one of BT_MODE for low energy (le_flowctl, ext_flowctl). MTU is of what it receives. It prints "ready" once it
 * listens or its connection is made, and ends with its connection, or when it is killed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* include/net/bluetooth/bluetooth.h and l2cap.h of the kernel's source, which programs' headers do not have. */
#define BTPROTO_L2CAP 0
#define SOL_L2CAP 6
#define SOL_BLUETOOTH 274
#define L2CAP_OPTIONS 1
#define BT_RCVMTU 13
#define BT_MODE 15
#define BDADDR_BREDR 0
#define BDADDR_LE_PUBLIC 1

struct sockaddr_l2 {
	sa_family_t l2_family;
	uint16_t l2_psm;
	uint8_t l2_bdaddr[6];
	uint16_t l2_cid;
	uint8_t l2_bdaddr_type;
};

struct l2cap_options {
	uint16_t omtu;
	uint16_t imtu;
	uint16_t flush_to;
	uint8_t mode;
	uint8_t fcs;
	uint8_t max_tx;
	uint16_t txwin_size;
};

static const struct mode {
	const char *name;
	uint8_t address_type;
	uint8_t number;
} modes[] = {
	{ "basic", BDADDR_BREDR, 0 },
	{ "ertm", BDADDR_BREDR, 3 },
	{ "streaming", BDADDR_BREDR, 4 },
	{ "le_flowctl", BDADDR_LE_PUBLIC, 3 },
	{ "ext_flowctl", BDADDR_LE_PUBLIC, 4 },
};

static void check(int result, const char *call)
{
	if (result < 0) {
		perror(call);
		exit(1);
	}
}

static struct sockaddr_l2 address(const char *device, const struct mode *mode, const char *psm)
{
	struct sockaddr_l2 address = { .l2_family = AF_BLUETOOTH, .l2_bdaddr_type = mode->address_type };
	uint8_t *b = address.l2_bdaddr;

	if (sscanf(device, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", b + 5, b + 4, b + 3, b + 2, b + 1, b) != 6)
		exit(2);
	address.l2_psm = strtoul(psm, NULL, 10);
	return address;
}

static void configure(int l2cap, const struct mode *mode, uint16_t mtu)
{
	struct l2cap_options options;
	socklen_t length = sizeof(options);

	if (mode->address_type == BDADDR_BREDR) {
		check(getsockopt(l2cap, SOL_L2CAP, L2CAP_OPTIONS, &options, &length), "L2CAP_OPTIONS");
		options.mode = mode->number;
		options.imtu = mtu;
		check(setsockopt(l2cap, SOL_L2CAP, L2CAP_OPTIONS, &options, length), "L2CAP_OPTIONS");
		return;
	}
	/* Refused where the kernel was not told to have the enhanced mode; then there is but one mode. */
	if (setsockopt(l2cap, SOL_BLUETOOTH, BT_MODE, &mode->number, 1) < 0 && !strcmp(mode->name, "ext_flowctl"))
		check(-1, "BT_MODE");
	check(setsockopt(l2cap, SOL_BLUETOOTH, BT_RCVMTU, &mtu, sizeof(mtu)), "BT_RCVMTU");
}

int main(int argc, char **argv)
{
	static char message[65535];
	const struct mode *mode = modes;
	struct sockaddr_l2 own, peer;
	int l2cap;

	if (argc != 7 && argc != 8)
		return 2;
	while (strcmp(mode->name, argv[5]))
		if (++mode == modes + sizeof(modes) / sizeof(*modes))
			return 2;
	l2cap = socket(AF_BLUETOOTH, strcmp(argv[2], "stream") ? SOCK_SEQPACKET : SOCK_STREAM, BTPROTO_L2CAP);
	check(l2cap, "socket");
	own = address(argv[3], mode, argc == 8 ? "0" : argv[4]);
	check(bind(l2cap, (struct sockaddr *)&own, sizeof(own)), "bind");
	configure(l2cap, mode, strtoul(argv[6], NULL, 10));
	if (argc == 8) {
		peer = address(argv[7], mode, argv[4]);
		check(connect(l2cap, (struct sockaddr *)&peer, sizeof(peer)), "connect");
	} else {
		check(listen(l2cap, 1), "listen");
	}
	puts("ready");
	fflush(stdout);
	if (argc == 7) {
		l2cap = accept(l2cap, NULL, NULL);
		check(l2cap, "accept");
	}
	for (;;) {
		ssize_t received = recv(l2cap, message, sizeof(message), 0);

		if (received <= 0)
			return 0;
		check(send(l2cap, message, received, 0), "send");
	}
}
