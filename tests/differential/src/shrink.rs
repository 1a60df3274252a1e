//! Makes a program that shows a difference shorter, as long as it shows one.

use crate::call::{Call, Program, Recv};

/// The shortest program that still is of interest: calls are left out, the longest runs of them first, and then
/// what is left of them is made simpler.
pub fn shrink(program: &Program, mut is_of_interest: impl FnMut(&Program) -> bool) -> Program {
    let mut shortest = program.clone();
    loop {
        let before = shortest.clone();
        leave_out(&mut shortest, &mut is_of_interest);
        simplify(&mut shortest, &mut is_of_interest);
        if shortest == before {
            return shortest;
        }
    }
}

fn leave_out(program: &mut Program, is_of_interest: &mut impl FnMut(&Program) -> bool) {
    let mut run = program.calls.len().div_ceil(2);
    while run > 0 {
        let mut start = 0;
        while start < program.calls.len() {
            let mut shorter = program.clone();
            let end = (start + run).min(shorter.calls.len());
            shorter.calls.drain(start..end);
            if is_of_interest(&shorter) {
                *program = shorter;
            } else {
                start += run;
            }
        }
        run /= 2;
    }
}

fn simplify(program: &mut Program, is_of_interest: &mut impl FnMut(&Program) -> bool) {
    for position in 0..program.calls.len() {
        for simpler in simpler(&program.calls[position]) {
            let mut simplified = program.clone();
            simplified.calls[position] = simpler;
            if is_of_interest(&simplified) {
                *program = simplified;
            }
        }
    }
}

/// Calls that ask for less, each in one way.
fn simpler(call: &Call) -> Vec<Call> {
    let mut calls = Vec::new();
    match call {
        Call::Send(slot, send) => {
            let mut with = |change: &dyn Fn(&mut crate::call::Send)| {
                let mut simpler = send.clone();
                change(&mut simpler);
                calls.push(Call::Send(*slot, simpler));
            };
            with(&|send| send.control.clear());
            with(&|send| send.pass.clear());
            with(&|send| send.flags = Default::default());
            with(&|send| send.to = None);
            with(&|send| send.head.clear());
            with(&|send| send.len = send.len.min(1));
            with(&|send| send.len /= 2);
            for flag in send.flags.iter() {
                with(&|send| send.flags.remove(flag));
            }
        }
        Call::Recv(slot, recv) => {
            let mut with = |change: &dyn Fn(&mut crate::call::Recv)| {
                let mut simpler = recv.clone();
                change(&mut simpler);
                calls.push(Call::Recv(*slot, simpler));
            };
            with(&|recv| recv.control = 0);
            with(&|recv| recv.room = 0);
            with(&|recv| recv.take.clear());
            with(&|recv| recv.flags = Default::default());
            with(&|recv| recv.len = recv.len.min(100));
            with(&|recv| recv.len = recv.len.min(1));
            for flag in recv.flags.iter() {
                with(&|recv| recv.flags.remove(flag));
            }
        }
        Call::SendSeveral(slot, flags, messages) => {
            calls.push(Call::SendSeveral(*slot, Default::default(), messages.clone()));
            for left_out in 0..messages.len() {
                let mut fewer = messages.clone();
                fewer.remove(left_out);
                calls.push(Call::SendSeveral(*slot, *flags, fewer));
            }
            let mut shorter = messages.clone();
            shorter.iter_mut().for_each(|message| message.len = message.len.min(1));
            calls.push(Call::SendSeveral(*slot, *flags, shorter));
            let mut bare = messages.clone();
            bare.iter_mut().for_each(|message| message.control.clear());
            calls.push(Call::SendSeveral(*slot, *flags, bare));
        }
        Call::RecvSeveral(slot, count, recv) => {
            let bare = Recv { len: recv.len, ..Recv::default() };
            calls.push(Call::RecvSeveral(*slot, *count, bare));
            calls.push(Call::RecvSeveral(*slot, 2.min(*count), recv.clone()));
        }
        Call::Accept(slot, listener, _) => calls.push(Call::Accept(*slot, *listener, 0)),
        Call::LocalAddr(slot, _) => calls.push(Call::LocalAddr(*slot, 128)),
        Call::PeerAddr(slot, _) => calls.push(Call::PeerAddr(*slot, 128)),
        Call::Listen(slot, _) => calls.push(Call::Listen(*slot, 1)),
        _ => {}
    }
    calls.retain(|simpler| simpler != call);
    calls
}
