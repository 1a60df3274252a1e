/* The peer of CAN XL, which no program of Debian's knows: can_xl_echo INTERFACE sends every XL frame that it
 * receives back, with a priority that is higher by one. It ends when it is killed. */
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct canxl_frame frame;
	struct sockaddr_can address = { .can_family = AF_CAN };
	int on = 1;
	int can = socket(PF_CAN, SOCK_RAW, CAN_RAW);

	if (argc != 2 || can < 0 || setsockopt(can, SOL_CAN_RAW, CAN_RAW_XL_FRAMES, &on, sizeof(on)) < 0) {
		perror("can_xl_echo");
		return 1;
	}
	address.can_ifindex = if_nametoindex(argv[1]);
	if (bind(can, (struct sockaddr *)&address, sizeof(address)) < 0) {
		perror(argv[1]);
		return 1;
	}
	for (;;) {
		ssize_t length = read(can, &frame, sizeof(frame));

		if (length < 0) {
			perror("read");
			return 1;
		}
		if (length < (ssize_t)CANXL_HDR_SIZE || !(frame.flags & CANXL_XLF))
			continue;
		frame.prio++;
		if (length != (ssize_t)CANXL_HDR_SIZE + frame.len || write(can, &frame, length) != length) {
			perror("write");
			return 1;
		}
	}
}
