//! The macros that turn a list of C names into a type, its constants, its table and its `Debug`.

/// An open newtype over a number: `"C_NAME" => NAME = value;` a line, or `C_NAME = value;` where the constant is
/// named as in C.
macro_rules! value_names {
    (
        $(#[$outer:meta])*
        pub struct $Type:ident($repr:ty) {
            $( $(#[$inner:meta])* $($c_name:literal =>)? $name:ident = $value:expr; )*
        }
    ) => {
        $(#[$outer])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr(transparent)]
        pub struct $Type(pub $repr);

        impl $Type {
            $(
                $(#[$inner])*
                $( #[doc(alias = $c_name)] )?
                pub const $name: $Type = $Type($value);
            )*

            /// Every name of this type.
            pub(crate) const TABLE: &'static [$crate::constants::Constant] =
                $crate::constants::table!($Type($repr): $($name $($c_name)? = $value;)*);

            /// The C name of this value, where it has one.
            pub fn name(self) -> Option<&'static str> {
                Self::TABLE.iter().find(|known| known.value == self.0 as i64).map(|known| known.name)
            }
        }

        impl core::fmt::Debug for $Type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!(stringify!($Type), "({})"), self.0),
                }
            }
        }
    };
}

/// An open set of flags: `"C_NAME" => NAME = bits;` a line, or `C_NAME = bits;`. Unknown bits are kept.
macro_rules! flag_names {
    (
        $(#[$outer:meta])*
        pub struct $Type:ident($repr:ty) {
            $( $(#[$($inner:tt)*])* $($c_name:literal =>)? $name:ident = $value:expr; )*
        }
    ) => {
        $(#[$outer])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr(transparent)]
        pub struct $Type(pub $repr);

        bitflags::bitflags! {
            impl $Type: $repr {
                $(
                    $(#[$($inner)*])*
                    $( #[doc(alias = $c_name)] )?
                    const $name = $value;
                )*
                const _ = !0;
            }
        }

        impl $Type {
            /// Every name of this type.
            pub(crate) const TABLE: &'static [$crate::constants::Constant] =
                $crate::constants::table!($Type($repr): $($name $($c_name)? = $value;)*);
        }

        impl core::fmt::Debug for $Type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let mut rest = self.bits() as i64;
                let mut separator = "";
                for known in Self::TABLE {
                    if known.value != 0 && rest & known.value == known.value {
                        rest &= !known.value;
                        write!(f, "{separator}{}", known.name)?;
                        separator = " | ";
                    }
                }
                if rest != 0 || separator.is_empty() {
                    write!(f, "{separator}{rest:#x}")?;
                }
                Ok(())
            }
        }
    };
}

/// The entries of a type's constants in the table of names.
macro_rules! table {
    ($Type:ident($repr:ty): $($name:ident $($c_name:literal)? = $value:expr;)*) => {
        &[$( $crate::constants::Constant {
            name: $crate::constants::c_name!($name $($c_name)?),
            group: stringify!($Type),
            value: {
                let value: $repr = $value;
                value as i64
            },
            carries_pointer: false,
        }, )*]
    };
}

/// The C name: the one that is given, or else the constant's own.
macro_rules! c_name {
    ($name:ident) => {
        stringify!($name)
    };
    ($name:ident $c_name:literal) => {
        $c_name
    };
}

pub(crate) use {c_name, flag_names, table, value_names};
