//! The XML that announces a server, sent to UDP port 42000 every few seconds.

use core::fmt;

/// The port that clients listen on for beacons.
pub const PORT: u16 = 42000;

/// What a server announces. Prints as the datagram that is sent.
///
/// ```
/// use anysock_examples::socketcand::beacon::Beacon;
///
/// let url = "can://192.168.0.1:29536";
/// let beacon = Beacon { name: "truck", description: "bench <3>", url, buses: &["can0"] };
/// assert_eq!(
///     beacon.to_string(),
///     "<CANBeacon name=\"truck\" type=\"SocketCAN\" description=\"bench &lt;3&gt;\">\
///     <URL>can://192.168.0.1:29536</URL><Bus name=\"can0\"/></CANBeacon>"
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Beacon<'a, S> {
    /// The machine's name.
    pub name: &'a str,
    /// A description for people.
    pub description: &'a str,
    /// Where to connect: `can://ADDRESS:PORT`.
    pub url: &'a str,
    /// The names of the buses.
    pub buses: &'a [S],
}

impl<S: AsRef<str>> fmt::Display for Beacon<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, description) = (Escaped(self.name), Escaped(self.description));
        write!(f, r#"<CANBeacon name="{name}" type="SocketCAN" description="{description}">"#)?;
        write!(f, "<URL>{}</URL>", Escaped(self.url))?;
        for bus in self.buses {
            write!(f, r#"<Bus name="{}"/>"#, Escaped(bus.as_ref()))?;
        }
        f.write_str("</CANBeacon>")
    }
}

/// Text in XML.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        self.0.chars().try_for_each(|character| match character {
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '&' => f.write_str("&amp;"),
            '"' => f.write_str("&quot;"),
            _ => f.write_char(character),
        })
    }
}
