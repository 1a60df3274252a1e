//! Generic netlink: families by name against genl(8).

use anysock::Error;
use anysock::netlink::{Client, GenericFamily};
use anysock_linux::Linux;

use crate::witness::{counted, output};

/// A family: name, number, version, length of the header, commands with what they can do, groups. genl says of some
/// commands only what they can do.
type Family = (String, u16, u32, u32, Vec<(u32, Option<u32>)>, Vec<(String, u32)>);

/// What is between `before` and the next white space.
fn after<'a>(line: &'a str, before: &str) -> &'a str {
    let (_, rest) = line.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {line:?}"));
    rest.split_whitespace().next().unwrap_or_default()
}

fn hexadecimal(text: &str) -> u32 {
    let digits = text.trim_start_matches("0x").trim_end_matches([')', ':']);
    u32::from_str_radix(digits, 16).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// The families in what `genl ctrl list` prints.
fn genl() -> Vec<Family> {
    let mut families: Vec<Family> = Vec::new();
    for line in output("genl", &["ctrl", "list"]).lines() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("Name: ") {
            families.push((name.to_owned(), 0, 0, 0, Vec::new(), Vec::new()));
        }
        let Some((_, id, version, header, operations, groups)) = families.last_mut() else { continue };
        if line.starts_with("ID: ") {
            *id = hexadecimal(after(line, "ID: ")) as u16;
            *version = hexadecimal(after(line, "Version: "));
            *header = after(line, "header size: ").parse().unwrap();
        } else if line.starts_with('#') && line.contains("name: ") {
            groups.push((after(line, "name: ").to_owned(), hexadecimal(after(line, "ID-"))));
        } else if line.starts_with('#') {
            operations.push((hexadecimal(after(line, "ID-")), None));
        } else if line.starts_with("Capabilities (") {
            operations.last_mut().unwrap().1 = Some(hexadecimal(after(line, "Capabilities (")));
        }
    }
    families
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn genl_lists_the_same_families() {
    // Whatever it takes to have more families than the kernel begins with.
    let _modules = ["nl80211", "taskstats", "TIPCv2"].map(|family| {
        let mut buffer = [0; 8192];
        Client::generic(Linux, &mut buffer).and_then(|mut client| client.resolve(family))
    });
    let mut buffer = [0; 32768];
    let mut client = Client::generic(Linux, &mut buffer).unwrap();
    let list = |all: &mut Vec<Family>, message: &anysock::netlink::Message<'_>| {
        let family = GenericFamily::decode(message).unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let operations = family.operations().map(|(command, flags)| (command, Some(flags.bits()))).collect();
        let groups = family.groups().map(|(name, id)| (text(name), id)).collect();
        all.push((text(family.name), family.id.0, family.version, family.header_len, operations, groups));
    };
    let mut all = client
        .dump(GenericFamily::CONTROLLER, &GenericFamily::GET.encode(), |_| Ok(()), Vec::new, list)
        .unwrap();
    let expected = genl();
    for (family, expected) in all.iter_mut().zip(&expected) {
        for (operation, (_, shown)) in family.4.iter_mut().zip(&expected.4) {
            operation.1 = operation.1.filter(|_| shown.is_some());
        }
    }
    assert_eq!(all, expected);
    assert!(
        all.len() >= 3 && all.iter().any(|family| family.4.iter().any(|each| each.1.is_some())),
        "{all:?}"
    );
    // Each by its name, and its groups by theirs.
    for (name, id, .., groups) in &expected {
        assert_eq!(client.resolve(name).unwrap().0, *id);
        for (group, number) in groups {
            assert_eq!(client.resolve_group(name, group), Ok(*number));
        }
    }
    let unknown = client.resolve("no such family").map_err(Error::errno);
    assert_eq!(unknown, Err(Some(anysock::Errno::ENOENT)));
    let unknown = client.resolve_group("nlctrl", "no such group").map_err(Error::errno);
    assert_eq!(unknown, Err(Some(anysock::Errno::ENOENT)));
    counted("CTRL_CMD_GETFAMILY", "genl ctrl list", format!("{expected:?}").as_bytes());
}
