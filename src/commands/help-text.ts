/**
 * What `ringleader --help` prints: every command and every flag, in groups, on one screen and a half.
 */

export const helpText = `Group chat without a server: a ring of equals, an elected leader, one order for every message.

Examples:
  ringleader demo, ringleader lab                 see it work: five real nodes; a page to study
  ringleader create -n Ann                        make a locked room; prints an invitation
  ringleader join -n Bob                          join a room: asks for the invitation
  ringleader                                      go back to the room you were last in
  ringleader -l -n Ann                            the classic way: an open room (or back to yours)
  ringleader -n Bob -na 192.168.1.5 -np 4000      join through any member, or knock if it is locked
  ringleader say -n ci -na 192.168.1.5 "done"     say something and leave

Usage: ringleader [flags], or ringleader <command> [flags]

Commands:
  create [--title T] [--qr]   make a locked room; --qr: its invitation as a QR code as well
  join [invitation | - | <ip>:<port>] [--file <file>]   join by invitation; at a terminal, knock
  history [--since, --from, --grep, --verify]   what was said; or verify all of it
  rooms, forget <room> [--yes]   the rooms that your home holds; delete one of them from this disk
  nearby, replay <trace>      open rooms in the local network; a recorded run on a page
  doctor [-na <ip> | <ip>:<port> | invitation]   try each hop to a member, and say what is wrong
  service [flags], completion bash|zsh|fish   print a systemd unit; what your shell completes with

The room:
  -l, --leader [--new] [--title T]   your room, or a new open one (--new: always); -L, --not-leader
  --announce, --no-announce, --no-knock   tell the local network or not; nobody may knock
  --files <folder>            where fetched files are stored (default: ~/Downloads/ringleader)
  --web [port], --web-host <ip>, --trace <file>, --no-watch   a page of your node; record it
  --copies <n>                with -l or create: holders before a message is sent (default: 3)
  -na, --neighbor-address <ip>[:<port>], -np, --neighbor-port <port>   a member to join through
  --room <room>               the room of the home to go back to: beginning of its id or title
You:
  -n, --name <name>           your name (default: the last one, else the system's)
  -a, --address <ip>          address or interface (default: what leads to the others)
  --advertise <ip>[:<port>]   where others reach this node, if not there (NAT, containers)
  -p, --port <port>           listen there; 0: any. Takes the home of that port (default: 4000)
  -P, --profile <name>        a second home on this account
  --home <dir>                keep key and rooms there; none: keep nothing
What is printed:
  --json                      one JSON object a line
  --format classic|short      how messages are shown; short: 12:41 Ann: text
  --history <n>               earlier messages at start, or all (default: 100; all in a pipe)
  --log <file>                the log; none: nowhere (default: chat_<port>.log in this folder)
  -v, --verbose, --color, --no-color   the log also on the screen; colours, or none
In scripts (each line of stdin is a message):
  --stay, --timeout <s>       at the end of the input: do not leave; wait for "sent" (default: 30)

-h, --help after a command prints its flags; --version; man ringleader. In the room: /help.
Exit codes: 0 ok, 1 the world failed (port in use, home in use, disk full ...), 2 usage,
3 nobody reachable, 4 refused, 5 said but not sent, 130/143/129 by a signal, 137 the disk hangs.
`
