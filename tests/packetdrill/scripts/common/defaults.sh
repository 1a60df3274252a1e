#!/bin/sh
# The settings that the scripts count on. Kernels and machines differ in them.

# The largest receive buffer makes the window scale: 8.
sysctl -q -w net.ipv4.tcp_rmem="4096 131072 15728640"
sysctl -q -w net.ipv4.tcp_wmem="4096 262144 4194304"
# Timestamps are in the scripts that are about them.
sysctl -q -w net.ipv4.tcp_timestamps=0
sysctl -q -w net.ipv4.tcp_congestion_control=reno
sysctl -q -w net.ipv4.tcp_ecn=0
