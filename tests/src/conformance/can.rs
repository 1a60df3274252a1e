//! Raw CAN sockets. The interfaces vcan0 and vcan1 take CAN FD frames.
