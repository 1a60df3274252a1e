//! The next hops of a route that has many: `RTA_MULTIPATH`.

use super::{Attributes, RtNexthop, align};

/// The next hops in `RTA_MULTIPATH`, each with its attributes (`RTA_…`). Ends at the first that is cut short or
/// malformed.
///
/// ```
/// use anysock::constants::route_attribute::RouteAttribute;
/// use anysock::netlink::{Message, NextHops, RtMsg};
///
/// /// The interfaces that a route leads to.
/// fn interfaces<'a>(route: &Message<'a>) -> impl Iterator<Item = u32> + use<'a> {
///     let (_, attributes) = route.body::<RtMsg>().unwrap();
///     let many = attributes.first(RouteAttribute::MULTIPATH.0);
///     many.into_iter().flat_map(|many| NextHops::new(many.data)).map(|(hop, _)| hop.index)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct NextHops<'a> {
    rest: &'a [u8],
}

impl<'a> NextHops<'a> {
    /// The next hops in the data of `RTA_MULTIPATH`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        NextHops { rest: bytes }
    }
}

impl<'a> Iterator for NextHops<'a> {
    type Item = (RtNexthop, Attributes<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let hop = RtNexthop::decode(self.rest).ok()?;
        let len = usize::from(hop.len);
        let attributes = self.rest.get(RtNexthop::SIZE..len)?;
        self.rest = self.rest.get(align(len)..).unwrap_or_default();
        Some((hop, Attributes::new(attributes)))
    }
}
