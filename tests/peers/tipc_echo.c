/* The peer of TIPC, for which Debian has no program: sends everything that it receives back.
 *
 * tipc_echo bind rdm|dgram SERVICE LOWER UPPER             offers a service, and answers messages
 * tipc_echo listen stream|seqpacket SERVICE LOWER UPPER    offers a service, and accepts one connection
 * tipc_echo connect stream|seqpacket SERVICE INSTANCE 0    connects to a service
 *
 * It prints "ready" and its own number on its node once its service is offered or its connection made, and ends
 * with its connection, or when it is killed. */
#include <linux/tipc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(int result, const char *call)
{
	if (result < 0) {
		perror(call);
		exit(1);
	}
}

static void ready(int tipc)
{
	struct sockaddr_tipc own;
	socklen_t length = sizeof(own);

	check(getsockname(tipc, (struct sockaddr *)&own, &length), "getsockname");
	printf("ready %u\n", own.addr.id.ref);
	fflush(stdout);
}

static int type_of(const char *name)
{
	if (!strcmp(name, "stream"))
		return SOCK_STREAM;
	if (!strcmp(name, "seqpacket"))
		return SOCK_SEQPACKET;
	return strcmp(name, "rdm") ? SOCK_DGRAM : SOCK_RDM;
}

int main(int argc, char **argv)
{
	static char message[TIPC_MAX_USER_MSG_SIZE];
	struct sockaddr_tipc address = { .family = AF_TIPC }, sender;
	struct sockaddr *to = NULL;
	socklen_t length = 0;
	int tipc;

	if (argc != 6)
		return 2;
	tipc = socket(AF_TIPC, type_of(argv[2]), 0);
	check(tipc, "socket");
	if (!strcmp(argv[1], "connect")) {
		address.addrtype = TIPC_SERVICE_ADDR;
		address.addr.name.name.type = strtoul(argv[3], NULL, 10);
		address.addr.name.name.instance = strtoul(argv[4], NULL, 10);
		check(connect(tipc, (struct sockaddr *)&address, sizeof(address)), "connect");
		ready(tipc);
	} else {
		address.addrtype = TIPC_SERVICE_RANGE;
		address.scope = TIPC_NODE_SCOPE;
		address.addr.nameseq.type = strtoul(argv[3], NULL, 10);
		address.addr.nameseq.lower = strtoul(argv[4], NULL, 10);
		address.addr.nameseq.upper = strtoul(argv[5], NULL, 10);
		check(bind(tipc, (struct sockaddr *)&address, sizeof(address)), "bind");
		if (!strcmp(argv[1], "listen"))
			check(listen(tipc, 0), "listen");
		else
			to = (struct sockaddr *)&sender;
		ready(tipc);
		if (!to) {
			tipc = accept(tipc, NULL, NULL);
			check(tipc, "accept");
		}
	}
	for (;;) {
		ssize_t received;

		length = to ? sizeof(sender) : 0;
		received = recvfrom(tipc, message, sizeof(message), 0, to, to ? &length : NULL);
		if (received == 0 && !to)
			return 0;
		check(received, "recvfrom");
		check(sendto(tipc, message, received, 0, to, length), "sendto");
	}
}
