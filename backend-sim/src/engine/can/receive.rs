//! From an interface to the sockets that listen to it: `can_receive` of net/can/af_can.c and `raw_rcv` of
//! net/can/raw.c.

use alloc::vec::Vec;

use anysock::MessageFlags;
use anysock::message::Timestamp;

use super::controller::ControllerId;
use super::raw_frame::RawFrame;
use super::socket::QueuedMessage;
use crate::engine::Engine;
use crate::engine::socket::{SocketId, SocketState};

/// What a received CAN frame takes of a receive buffer, classic or FD: `skb->truesize` on a machine of 64
/// bits, `SKB_TRUESIZE` of an allocation of 512 bytes.
pub(super) const TRUESIZE: usize = 768;

/// A frame that comes in at an interface.
#[derive(Clone, Copy, Debug)]
struct Arrival<'a> {
    frame: &'a RawFrame,
    interface: u32,
    timestamp: Timestamp,
    /// The socket of this node that sent it.
    sender: Option<SocketId>,
}

impl Engine {
    /// A frame comes in at an interface, or an error message, or the echo of a frame that `sender` has sent.
    /// First those see it that listen to every interface, then those that listen to this one.
    pub(super) fn can_tell_listeners(
        &mut self,
        id: ControllerId,
        frame: &RawFrame,
        sender: Option<SocketId>,
    ) {
        let timestamp = self.realtime();
        let controller = self.can.controller_mut(id);
        let node = controller.node;
        let arrival = Arrival { frame, interface: controller.interface, timestamp, sender };
        let here = core::mem::take(&mut controller.listeners);
        let everywhere = match self.can.listeners_everywhere.get_mut(&node) {
            Some(listeners) => core::mem::take(listeners),
            None => Vec::new(),
        };
        let mut drops = 0;
        for socket in everywhere.iter().chain(&here) {
            drops += u64::from(!self.can_socket_receives(*socket, &arrival));
        }
        // Nothing was bound or closed meanwhile: no program runs while an event happens.
        if let Some(listeners) = self.can.listeners_everywhere.get_mut(&node) {
            *listeners = everywhere;
        }
        let controller = self.can.controller_mut(id);
        controller.listeners = here;
        controller.statistics.socket_drops += drops;
    }

    /// Puts a frame into the socket's queue, where the socket wants it; false where the queue is full.
    fn can_socket_receives(&mut self, id: SocketId, arrival: &Arrival<'_>) -> bool {
        let Ok(socket) = self.socket_mut(id) else { return true };
        let SocketState::Can(can) = &mut socket.state else { return true };
        let own = arrival.sender == Some(id);
        if (own && can.receive_own == 0)
            || (arrival.frame.is_fd() && can.fd_frames == 0)
            || !can.filters.pass(arrival.frame.can_id())
        {
            return true;
        }
        // As `__sock_queue_rcv_skb`: the buffer may be exceeded by one message.
        if can.queue.len() * TRUESIZE >= socket.common.recv_buffer as usize {
            socket.common.count_drop();
            return false;
        }
        let mut flags = MessageFlags::empty();
        flags.set(MessageFlags::DONTROUTE, arrival.sender.is_some());
        flags.set(MessageFlags::CONFIRM, own);
        can.queue.push_back(QueuedMessage {
            frame: *arrival.frame,
            interface: arrival.interface,
            timestamp: arrival.timestamp,
            flags,
            drops: socket.common.drops_to_tell(),
        });
        self.notify(id);
        true
    }
}
