//! One body, every backend.
//!
//! A body is a function generic over the backend. It does something with sockets and states what Linux
//! answers: [`Machine::check`] compares. `tests/conformance_linux.rs` runs every body on the machine's own
//! kernel, which proves the statements; `tests/conformance_sim.rs` runs the same bodies on the simulator,
//! which has a bug where it answers otherwise. What a kernel lacks (CAN, Bluetooth) is reported as ignored
//! there, by name and with the reason, and run in the kernel lab.
//!
//! A new body is a function in the file of its topic and a line in [`crate::for_each_body`].

#![allow(missing_docs, reason = "a body's name says what it is about")]

pub mod batch;
pub mod bind_to_device;
pub mod can;
pub mod create;
pub mod epoll;
pub mod error_queue;
pub mod header_options;
pub mod header_options_echo;
pub mod inet6;
pub mod interfaces;
pub mod io_control;
pub mod ip_settings;
mod machine;
pub mod multicast;
pub mod names;
pub mod network;
pub mod options;
pub mod packet;
pub mod packet_info;
pub mod ping;
pub mod poll;
pub mod raw;
pub mod rfcomm;
pub mod send_file;
pub mod services;
pub mod socket;
pub mod spawn;
pub mod tcp;
pub mod tcp_disconnect;
pub mod tcp_end;
pub mod tcp_error_queue;
pub mod tcp_fast_open;
pub mod tcp_info;
pub mod tcp_poll;
pub mod tcp_saved_syn;
pub mod tcp_settings;
pub mod tcp_signature;
pub mod tcp_urgent;
pub mod udp;
pub mod udp_error_queue;
pub mod udp_segments;
pub mod unix;
pub mod unix_credentials;
pub mod unix_handles;
pub mod wait;

pub use machine::{Machine, Peer, Program};

/// Calls the macro `$each` with every body: `topic: name, name, …;` a line. The topics that an ordinary
/// kernel may lack come after the others, in brackets, with what they need.
#[macro_export]
macro_rules! for_each_body {
    ($each:ident) => {
        $each! {
            interfaces: loopback_is_number_one, list, unknown;
            names: addresses_as_text, families, types_and_protocols, ports, this_machine, flags,
                only_families_with_an_address, localhost, hosts_by_address, what_cannot_be_a_name,
                names_of_addresses, the_own_name;
            wait: several_handles, many_handles, one_handle_twice, deadline, deadline_passed, waker,
                waker_stays_readable;
            poll: level_triggered, add_change_remove, no_token_of_what_is_gone, one_list_at_a_time, many,
                deadlines, a_program_beside_wakes, lists_in_lists, tasks;
            epoll: edges_of_tcp, an_edge_when_there_is_room, lists_too_deep, only_one_hears;
            socket: families_that_are_none, types_that_are_none, protocols_that_do_not_fit,
                pairs_of_unix_sockets_only, unconnected_tcp, unconnected_udp, listening_tcp,
                connected_tcp, listening_without_a_name, addresses_that_do_not_fit,
                room_for_addresses, duplicates, protocols_by_default;
            options: switches, any_number_is_true, linger, buffer_sizes_are_doubled,
                read_only_options, unknown_options, short_values, keepalive, tcp_numbers,
                ip_numbers, ipv6_numbers, accepted_sockets_inherit, pointers_are_refused;
            tcp: exchange, a_stream_has_no_boundaries, names, refused_where_nobody_listens,
                refused_after_the_listener_has_gone, address_in_use, reuse_address,
                a_port_with_connections_can_be_bound_again, connections_wait_to_be_accepted,
                timeouts, nothing_waits_with_nb, embedded_io, peek, truncating_discards,
                wait_for_all, pieces, much_data, a_full_buffer_empties_again,
                an_attempt_sends_what_there_is_room_for, reuse_port;
            batch: exchange, what_does_not_fit, a_full_queue_keeps_the_rest, errors, control_messages,
                handles_do_not_come_along;
            send_file: whole_and_in_part, more_than_fits, in_vain;
            create: by_name, in_vain, from_an_address, one_deadline_for_all,
                dead_addresses_are_passed_over, dual_stack, a_shared_port,
                by_number;
            tcp_disconnect: a_connection_is_reset, the_address_asked_for_stays, a_listener_ends,
                a_connection_that_has_ended_is_still_one, a_refused_attempt_leaves_the_address,
                an_unconnected_socket;
            tcp_fast_open: settings, settings_of_a_connection, sending_connects, sending_in_vain,
                connecting_asks;
            tcp_info: of_a_connection, of_a_listener;
            tcp_end: end_of_stream, half_close, shutdown_of_reading, shutdown_of_both,
                shutdown_after_the_end, unread_data_resets, data_before_a_reset_can_be_read,
                sending_to_a_closed_peer, linger_of_zero_resets,
                closing_lingers_until_the_data_is_there, a_reset_before_accept,
                a_refused_connection_is_not_half_open, simultaneous_shutdown,
                recv_exact_says_how_much_came, connecting_times_out;
            tcp_poll: fresh_sockets, listeners, streams, own_shutdowns, resets, connecting,
                connecting_in_vain, connecting_without_an_answer;
            tcp_settings: quick_acknowledgments, congestion_control, kept_without_effect_here, keys_of_cookies,
                addresses_of_others, deferred_accept, the_end_in_fin_wait_2, unsent_octets, window_clamp,
                window_clamp_in_every_state, segment_size, cork, more, the_largest_window;
            tcp_saved_syn: settings, headers_are_read_once, headers_of_ipv6, who_has_none;
            tcp_signature: signed_connections, keys_of_signatures;
            tcp_urgent: out_of_band, passed_over, in_line, accepted_in_line, the_later_one_counts,
                flags_and_no_room, at_the_end, states_without_any, low_water;
            tcp_error_queue: without_a_copy, without_a_copy_in_vain, times_of_sending,
                times_of_sending_with_the_packet, which_times_can_be_had;
            io_control: bytes_of_a_connection, bytes_of_others, what_is_left, times_of_arrival;
            udp: exchange, datagrams_keep_their_boundaries, what_does_not_fit_is_lost,
                recvmsg_says_what_was_cut, the_longest_datagram, connected_sockets,
                connecting_chooses_the_own_address, refused_where_nobody_listens,
                an_unconnected_socket_hears_of_nothing, address_in_use, every_local_address, sending_binds_even_in_vain,
                timeouts, readiness, shutdowns, broadcast_asks_for_permission,
                a_full_queue_drops, drops_are_told;
            udp_segments: options, messages_are_cut, messages_are_cut_over_ipv6, what_cannot_be_cut,
                segments_come_together, cork, more, without_checksums_over_ipv6;
            bind_to_device: names, datagrams, the_one_that_uses_no_other_interface, connections, unicasts;
            error_queue: refused, ipv6, unconnected, too_big, off;
            udp_error_queue: times_of_sending, times_of_sending_with_the_packet, without_a_copy;
            inet6: tcp, udp, dual_stack_tcp, ipv6_only, mapped_addresses, dual_stack_udp,
                sending_from_an_address,
                addresses_that_do_not_fit;
            multicast: every_member_hears, connected_members, loopback_and_lifetime, dual_stack,
                joining_in_vain, sources, source_filters, any_version, options_of_ipv4,
                options_of_ipv6, joining_by_ipv6;
            ip_settings: an_address_without_a_port, ports_to_choose_from, what_has_come_too_far,
                addresses_of_others, whom_a_datagram_was_for, the_way_of_a_connection,
                what_is_too_large, flow_labels;
            packet_info: of_ipv4, of_ipv6, a_message_s_own_way, a_message_s_own_way_by_ipv6, too_much_to_say;
            header_options: kept, routes_are_recorded, times_are_recorded, a_message_has_its_own,
                they_take_room;
            unix: streams, paths, abstract_names, the_kernel_chooses_a_name, pairs, datagrams,
                a_connected_datagram_socket_hears_its_peer_only, types_do_not_mix,
                addresses_that_do_not_fit, unread_data_resets, half_close, readiness,
                full_buffers, datagrams_as_long_as_the_buffer, a_full_backlog, a_backlog_that_empties, peeking,
                sequenced_packets, datagram_pairs_end;
            unix_credentials: those_of_a_pair, boundaries_of_a_stream;
            unix_handles: a_handle_travels, several_handles, handles_without_room,
                handles_keep_a_socket_open_on_their_way, boundaries_of_a_stream,
                descriptors_are_no_control_bytes, only_unix_sockets_carry_handles;
            spawn: a_server_and_its_clients, clients_at_the_same_time,
                a_program_s_sockets_close_with_it, time_is_the_same_for_all;
            network: much_data_comes, an_answer_after_a_half_close, both_ways_at_once,
                a_reset, refused_by_the_peer, datagrams, names,
                the_own_address_is_that_of_the_way;
            [services: "/etc/services and /etc/protocols, which Debian's package netbase has"]
                by_name, by_port, protocols, of_addresses, of_names;
            [ping: "a group of the user's in net.ipv4.ping_group_range, which cargo xtask lab has"]
                echo, identifiers, what_is_refused, errors, errors_over_ipv6;
            [raw: "CAP_NET_RAW, which cargo xtask lab has"]
                any_protocol, headers, header_included, connected, icmp, names_and_refusals,
                errors, errors_over_ipv6, one_interface;
            [header_options_echo: "CAP_NET_RAW, which cargo xtask lab has"]
                in_errors, in_answers;
            [packet: "CAP_NET_RAW, which cargo xtask lab has"]
                names, each_packet_twice, frames_by_hand, cooked_frames, sending_in_vain,
                what_is_known_of_a_packet, control_messages, groups, joining_groups, statistics, options;
            [can: "vcan0 and vcan1, which cargo xtask lab has"]
                types_and_protocols, missing_interfaces, bind, what_raw_sockets_cannot,
                exchange, what_is_known_of_a_frame, loopback_and_own_messages,
                interfaces_are_apart, filters, a_filter_that_matches_twice_gives_a_frame_once,
                fd_frames, classic_frames_alone, sizes, room_to_receive, readiness, error_frames, options,
                a_socket_without_a_name;
            [rfcomm: "two Bluetooth controllers that hear each other, which cargo xtask lab has"]
                types_and_protocols, a_fresh_socket, binding, exchange, nobody_listens,
                the_peer_closes, shutdown, timeouts, connecting_without_waiting;
        }
    };
}
