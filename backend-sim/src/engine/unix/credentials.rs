//! Who has sent a message, and who is at the other end: SCM_CREDENTIALS, SO_PEERCRED, and what a socket lets come along
//! (net/core/scm.c, net/unix/af_unix.c). Every process is root's; its number counts from 1.

use anysock::message::{Control, Ucred};
use anysock::option::socket::{SO_PASSCRED, SO_PASSPIDFD, SO_PASSRIGHTS, SO_PASSSEC};
use anysock::{Errno, Family};

use super::super::Engine;
use super::super::process::ProcessId;
use super::super::socket::{Socket, SocketId, SocketState};
use super::names;

/// Nobody: a user that is none.
pub(super) const NOBODY: Ucred = Ucred { pid: 0, uid: u32::MAX, gid: u32::MAX };
/// What is told of a user that cannot be told: `overflowuid`, `overflowgid`.
const OVERFLOW: u32 = 65_534;

/// What comes along with a socket's messages (`sk_scm_recv_flags`).
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Passing {
    /// SO_PASSCRED.
    pub(super) credentials: bool,
    /// SO_PASSSEC: no security module tells anything.
    security: bool,
    /// SO_PASSPIDFD: who sent is known, but a handle of the process does not come along.
    pid_handle: bool,
    /// SO_PASSRIGHTS.
    pub(super) rights: bool,
}

impl Default for Passing {
    fn default() -> Self {
        Passing { credentials: false, security: false, pid_handle: false, rights: true }
    }
}

impl Passing {
    fn switch(&mut self, name: i32) -> Option<&mut bool> {
        Some(match name {
            SO_PASSCRED => &mut self.credentials,
            SO_PASSSEC => &mut self.security,
            SO_PASSPIDFD => &mut self.pid_handle,
            SO_PASSRIGHTS => &mut self.rights,
            _ => return None,
        })
    }

    /// Whether the socket is told who has sent (`unix_may_passcred`).
    pub(super) fn tells_sender(self) -> bool {
        self.credentials || self.pid_handle
    }
}

impl Socket {
    /// SO_PASSCRED and its like; `None` where the option is another. Other families have none of them.
    pub(in crate::engine) fn set_passing(&mut self, name: i32, on: bool) -> Option<Result<(), Errno>> {
        Passing::default().switch(name)?;
        let SocketState::Unix(socket) = &mut self.state else { return Some(Err(Errno::EOPNOTSUPP)) };
        if let Some(switch) = socket.passing.switch(name) {
            *switch = on;
        }
        Some(Ok(()))
    }

    /// Reads one of them.
    pub(in crate::engine) fn passing(&self, name: i32) -> Option<Result<i32, Errno>> {
        let mut passing = match &self.state {
            SocketState::Unix(socket) => socket.passing,
            _ => Passing::default(),
        };
        let on = *passing.switch(name)?;
        Some(if self.family == Family::UNIX { Ok(i32::from(on)) } else { Err(Errno::EOPNOTSUPP) })
    }

    /// SO_PEERCRED.
    pub(in crate::engine) fn peer_credentials(&self) -> Ucred {
        match &self.state {
            SocketState::Unix(socket) => socket.peer_credentials,
            _ => NOBODY,
        }
    }
}

impl Engine {
    /// What others are told of the process that makes a call at the moment.
    pub(crate) fn credentials(&self) -> Ucred {
        let pid = self.running.map_or(0, ProcessId::number);
        Ucred { pid, uid: 0, gid: 0 }
    }
}

/// What a control message SCM_CREDENTIALS says (`__scm_send`): root may name any process that there is.
///
/// # Errors
/// `ESRCH` where there is none, `EINVAL` for a user that is none.
pub(super) fn said(engine: &Engine, control: &Control<'_>) -> Result<Ucred, Errno> {
    let said = Ucred::decode(control.data).map_err(|_| Errno::EINVAL)?;
    let is_there =
        said.pid == engine.credentials().pid || (1..=engine.processes.len() as i32).contains(&said.pid);
    if said.uid == NOBODY.uid || said.gid == NOBODY.gid {
        return Err(Errno::EINVAL);
    }
    if is_there { Ok(said) } else { Err(Errno::ESRCH) }
}

/// Who has sent a message from `from` to `to`, where either of them wants that to be known, or nobody has accepted the
/// connection yet (`unix_maybe_add_creds`).
pub(super) fn of_sender(engine: &Engine, from: SocketId, to: SocketId) -> Option<Ucred> {
    let tells = |id| engine.unix(id).is_ok_and(|socket| socket.passing.tells_sender());
    let is_embryo = engine.unix(to).is_ok_and(|to| to.embryo);
    (tells(from) || tells(to) || is_embryo).then(|| engine.credentials())
}

/// What is told of a message's sender; of root, where there is no message.
pub(super) fn told(message: Option<Option<Ucred>>) -> Ucred {
    match message {
        Some(credentials) => credentials.unwrap_or(Ucred { pid: 0, uid: OVERFLOW, gid: OVERFLOW }),
        None => Ucred { pid: 0, uid: 0, gid: 0 },
    }
}

/// A socket that tells its name with what it sends gets one first, if it has none.
pub(super) fn name_sender(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
    if engine.unix(id)?.passing.tells_sender() { names::autobind(engine, id) } else { Ok(()) }
}
