#!/bin/sh
# mariadbd: a server that starts removes the temporary tables of every running server with the same `tmpdir`.
#
# Expected: the names hold the process id (`#sql-temptable-<pid>-…`), so a server removes what its own dead process left.
# Seen with 10.11.19 (Debian 12): all are removed. `tmpdir` is /tmp unless it is set, so two servers of one machine meet
# there; of several `mariadb-install-db` at once one now and then ends with "Unknown table 'mysql.tmp_user_sys'".
#
# Exits 0 while that is so, 1 when it has changed. Needs mariadb-server on the PATH.
set -eu
PATH=$PATH:/usr/sbin
dir=$(mktemp -d)
user=$(id -un)
server=
trap '[ -z "$server" ] || kill "$server"; wait; rm -rf "$dir"' EXIT
mkdir "$dir/tmp"
for name in one two; do
  mariadb-install-db --no-defaults --user="$user" --datadir="$dir/$name" --tmpdir="$dir/tmp" --skip-test-db \
    --auth-root-authentication-method=socket --auth-root-socket-user="$user" >/dev/null
done
mariadbd --no-defaults --user="$user" --datadir="$dir/one" --tmpdir="$dir/tmp" --socket="$dir/one.sock" \
  --pid-file="$dir/one.pid" --skip-networking 2>"$dir/one.log" &
server=$!
until [ -S "$dir/one.sock" ]; do sleep 0.2; done

tables() { find "$dir/tmp" -name '#sql-temptable-*' | wc -l; }
mkfifo "$dir/session"
mariadb --no-defaults --socket="$dir/one.sock" <"$dir/session" >"$dir/seen" 2>&1 &
exec 3>"$dir/session"
echo 'CREATE TEMPORARY TABLE mysql.mine (a INT) ENGINE=MyISAM;' >&3
until [ "$(tables)" -gt 0 ]; do sleep 0.2; done
before=$(tables)
# The other server starts and ends at once.
echo 'SELECT 1;' | mariadbd --no-defaults --user="$user" --datadir="$dir/two" --tmpdir="$dir/tmp" --bootstrap 2>/dev/null
after=$(tables)
exec 3>&-
mariadbd --version
echo "  files of the running server's temporary table: $before; expected the same after the other's start, $after seen"
[ "$after" -eq 0 ]
