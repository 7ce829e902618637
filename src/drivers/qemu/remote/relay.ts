/**
 * Joins standard input and output with a Unix socket or TCP port of the host, by what the host has: for hosts whose sshd
 * forwards neither.
 *
 *   relay unix PATH
 *   relay tcp PORT ADDRESS
 *
 * Each way ends when either side does, so no connection is left behind. socat reads options in its addresses, so it gets
 * plain paths only; nc must know Unix sockets (-U), and that the end of its input is the end (-N; ncat always does).
 */
import type {RemoteScript} from '../../../domain/ports/ports.js'

export const relayScript: RemoteScript = {
  name: 'relay',
  text: `\
set -u
has() { command -v "$1" >/dev/null 2>&1; }
if has socat; then
  case $1:$2:\${3-} in
    unix:*[!A-Za-z0-9/._@%+=:-]*) ;;
    unix:*:*:*) ;;
    unix:*) exec socat -t 0.2 - "UNIX-CONNECT:$2" ;;
    tcp:*:*:*) exec socat -t 0.2 - "TCP6:[$3]:$2" ;;
    tcp:*) exec socat -t 0.2 - "TCP4:$3:$2" ;;
  esac
fi
for nc in nc ncat; do
  has "$nc" || continue
  help=$("$nc" -h 2>&1)
  case $help in
    *Ncat*) end='' ;;
    *-N*) end=-N ;;
    *) continue ;;
  esac
  case $help in *-U*) ;; *) continue ;; esac
  case $1 in
    unix) exec "$nc" \${end:+"$end"} -U "$2" ;;
    tcp) exec "$nc" \${end:+"$end"} "$3" "$2" ;;
  esac
done
if has python3; then
  exec python3 -c '
import os, select, socket, sys
if sys.argv[1] == "unix":
    far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    far.connect(sys.argv[2])
else:
    far = socket.create_connection((sys.argv[3], int(sys.argv[2])))
while True:
    ready = select.select([0, far], [], [])[0]
    if far in ready:
        data = far.recv(65536)
        if not data:
            break
        while data:
            data = data[os.write(1, data):]
    if 0 in ready:
        data = os.read(0, 65536)
        if not data:
            break
        far.sendall(data)
' "$@"
fi
if has perl; then
  exec perl -e '
use strict;
use Socket qw(getaddrinfo SOCK_STREAM PF_UNIX pack_sockaddr_un);
my ($kind, $place, $address) = @ARGV;
my $far;
if ($kind eq "unix") {
    socket($far, PF_UNIX, SOCK_STREAM, 0) or die "$!\\n";
    connect($far, pack_sockaddr_un($place)) or die "$!\\n";
} else {
    my ($error, $to) = getaddrinfo($address, $place, {socktype => SOCK_STREAM});
    die "$error\\n" if $error;
    socket($far, $to->{family}, SOCK_STREAM, 0) or die "$!\\n";
    connect($far, $to->{addr}) or die "$!\\n";
}
sub pass {
    my ($from, $to) = @_;
    my $got = sysread($from, my $data, 65536);
    exit 0 unless $got;
    while (length $data) {
        my $sent = syswrite($to, $data);
        exit 1 unless defined $sent;
        substr($data, 0, $sent) = "";
    }
}
while (1) {
    my $in = "";
    vec($in, 0, 1) = 1;
    vec($in, fileno($far), 1) = 1;
    select($in, undef, undef, undef);
    pass($far, *STDOUT) if vec($in, fileno($far), 1);
    pass(*STDIN, $far) if vec($in, 0, 1);
}
' "$@"
fi
echo "the host has none of socat, nc with -U and -N, ncat, python3 and perl" >&2
exit 127
`,
}
