//! anysock on the Linux kernel.
#![no_std]
