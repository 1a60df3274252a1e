//! The commands on a session's control channel: parameter negotiation, modem status, flow control and the others.

use super::super::Dlci;
use super::super::command::{Command, Message, ParameterNegotiation, type_byte};
use super::super::dlc::{DEFAULT_CREDITS, Incoming, State as DlcState};
use super::super::frame::FrameType;
use super::super::port::PortSettings;
use super::Session;

/// The longest pattern of a Test command.
const MAX_TEST_PATTERN: usize = 125;

impl Session {
    pub(super) fn message_arrives(
        &mut self,
        message: Message<'_>,
        listener: impl FnMut(u8) -> Option<Incoming>,
    ) {
        let Message { is_command, command } = message;
        match command {
            Command::ParameterNegotiation(pn) if is_command => self.negotiation_request(&pn, listener),
            Command::ParameterNegotiation(pn) => self.negotiation_response(&pn),
            Command::ModemStatus { dlci, signals } => {
                let Some(dlc) = self.dlc_mut(dlci) else { return };
                if is_command {
                    dlc.apply_signals(signals);
                    self.respond(command);
                } else {
                    dlc.signals_answered = true;
                }
            }
            Command::FlowControlOff | Command::FlowControlOn if is_command => {
                self.transmit_throttled = command == Command::FlowControlOff;
                self.respond(command);
            }
            Command::RemotePortNegotiation { dlci, settings } if is_command => {
                let settings = Some(settings.map_or(PortSettings::DEFAULT, PortSettings::answer));
                self.respond(Command::RemotePortNegotiation { dlci, settings });
            }
            Command::RemoteLineStatus { .. } if is_command => self.respond(command),
            Command::Test { pattern } if is_command && pattern.len() <= MAX_TEST_PATTERN => {
                self.respond(command)
            }
            Command::Unknown { kind, .. } => {
                self.respond(Command::NonSupportedCommand { kind: type_byte(kind, is_command) });
            }
            // Responses, and what is too long.
            _ => {}
        }
    }

    fn negotiation_request(
        &mut self,
        pn: &ParameterNegotiation,
        mut listener: impl FnMut(u8) -> Option<Incoming>,
    ) {
        let dlci = pn.dlci;
        if dlci == Dlci::CONTROL {
            return;
        }
        // A request for a connection that there is not announces an incoming one.
        if self.dlc(dlci).is_none() && !self.incoming(dlci, &mut listener) {
            return self.send_response(FrameType::DM, dlci);
        }
        self.apply(pn);
        self.negotiate(dlci, false);
    }

    fn negotiation_response(&mut self, pn: &ParameterNegotiation) {
        if self.dlc(pn.dlci).is_some_and(|dlc| dlc.state == DlcState::Config) {
            self.apply(pn);
            if let Some(dlc) = self.dlc_mut(pn.dlci) {
                dlc.state = DlcState::Connecting;
            }
            self.send_command(FrameType::SABM, pn.dlci);
        }
    }

    fn apply(&mut self, pn: &ParameterNegotiation) {
        let (credits_allowed, limit) = (self.uses_credits != Some(false), self.mtu);
        let Some(dlc) = self.dlc_mut(pn.dlci) else { return };
        dlc.apply(pn, credits_allowed, limit);
        let uses_credits = dlc.uses_credits;
        self.uses_credits.get_or_insert(uses_credits);
    }

    /// Sends the parameters of a connection, as a request or as the answer to one.
    pub(super) fn negotiate(&mut self, dlci: Dlci, is_command: bool) {
        let Some(dlc) = self.dlc(dlci) else { return };
        let (convergence_layer, credits) = match (self.uses_credits, is_command) {
            (Some(false), _) => (0, 0),
            (_, true) => (ParameterNegotiation::CREDITS_REQUEST, DEFAULT_CREDITS),
            (_, false) => (ParameterNegotiation::CREDITS_RESPONSE, DEFAULT_CREDITS),
        };
        let (priority, mtu) = (dlc.priority, dlc.mtu);
        let pn = ParameterNegotiation { dlci, convergence_layer, priority, mtu, credits };
        self.send_message(is_command, Command::ParameterNegotiation(pn));
    }

    fn respond(&mut self, command: Command<'_>) {
        self.send_message(false, command);
    }
}
