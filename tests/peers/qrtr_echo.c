/* The peer of QIPCRTR, whose programs Debian has for no ordinary machine: qrtr_echo SERVICE INSTANCE offers a
 * service, prints "ready" and its port, and sends every message that it receives back. It ends when it is killed. */
#include <endian.h>
#include <linux/qrtr.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void check(int result, const char *call)
{
	if (result < 0) {
		perror(call);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	static char message[65536];
	struct sockaddr_qrtr own, address;
	struct qrtr_ctrl_pkt offer = { .cmd = htole32(QRTR_TYPE_NEW_SERVER) };
	socklen_t length = sizeof(own);
	int qrtr = socket(AF_QIPCRTR, SOCK_DGRAM, 0);

	if (argc != 3)
		return 2;
	check(qrtr, "socket");
	check(getsockname(qrtr, (struct sockaddr *)&own, &length), "getsockname");
	offer.server.service = htole32(strtoul(argv[1], NULL, 10));
	offer.server.instance = htole32(strtoul(argv[2], NULL, 10));
	address = own;
	address.sq_port = QRTR_PORT_CTRL;
	check(sendto(qrtr, &offer, sizeof(offer), 0, (struct sockaddr *)&address, length), "offer");
	check(getsockname(qrtr, (struct sockaddr *)&own, &length), "getsockname");
	printf("ready %u\n", own.sq_port);
	fflush(stdout);
	for (;;) {
		ssize_t received;

		length = sizeof(address);
		received = recvfrom(qrtr, message, sizeof(message), 0, (struct sockaddr *)&address, &length);
		check(received, "recvfrom");
		if (address.sq_port == QRTR_PORT_CTRL)
			continue;
		check(sendto(qrtr, message, received, 0, (struct sockaddr *)&address, length), "sendto");
	}
}
