//! What a program is about above all, so that it gets deep into it.

use super::{Generator, Theme};

/// Something that needs several calls of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Focus {
    /// Urgent data on Unix streams, and looking at what waits from an offset on.
    UnixUrgent,
    /// Paths that are bound, renamed, unlinked and bound again.
    UnixPaths,
    /// Who has sent what comes by Unix sockets.
    Credentials,
    /// Looking at what waits from an offset on.
    PeekOffset,
    /// When datagrams came and left.
    Timestamps,
    /// Several messages in one call.
    Several,
    /// Lists of sockets of which some are ready.
    Epoll,
    /// Who may have a port.
    Binding,
    /// What options there are.
    AnyOption,
    /// How connections of TCP end.
    Endings,
    /// What is told of datagrams that did not arrive.
    Errors,
}

impl Generator {
    pub(super) fn draw_focus(&mut self) -> Option<Focus> {
        let choices: &[Option<Focus>] = match self.theme {
            Theme::Unix => &[
                None,
                None,
                Some(Focus::UnixUrgent),
                Some(Focus::UnixPaths),
                Some(Focus::Credentials),
                Some(Focus::Several),
                Some(Focus::Epoll),
                Some(Focus::AnyOption),
            ],
            Theme::Raw | Theme::Link => &[None],
            Theme::Udp => &[
                None,
                None,
                Some(Focus::Several),
                Some(Focus::Epoll),
                Some(Focus::PeekOffset),
                Some(Focus::Timestamps),
                Some(Focus::Binding),
                Some(Focus::AnyOption),
                Some(Focus::Errors),
            ],
            Theme::Tcp | Theme::Mixed => &[
                None,
                None,
                None,
                Some(Focus::Several),
                Some(Focus::Epoll),
                Some(Focus::PeekOffset),
                Some(Focus::Binding),
                Some(Focus::AnyOption),
                Some(Focus::Endings),
                Some(Focus::Endings),
            ],
        };
        self.random.of(choices)
    }

    pub(super) fn focused_step(&mut self, focus: Focus) {
        match focus {
            Focus::UnixUrgent => self.urgent_step(),
            Focus::UnixPaths => self.path_step(),
            Focus::Credentials => self.credentials_step(),
            Focus::PeekOffset => self.peek_step(),
            Focus::Timestamps => self.timestamps_step(),
            Focus::Several => self.several_step(),
            Focus::Epoll => self.epoll_step(),
            Focus::Binding => self.binding_step(),
            Focus::AnyOption => self.any_option_step(),
            Focus::Endings => self.ending_step(),
            Focus::Errors => self.errors_step(),
        }
    }
}
