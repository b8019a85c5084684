#!/bin/sh
# Puts riwaya on a machine with systemd, takes it back to the release before, or off again. docs/operations.md tells more.
#
#   install     a new release beside the old one, then the switch; the configuration and the store stay as they are
#   rollback    back to the release before; a second one goes forth again
#   uninstall   the program and its units; with --purge the configuration and the store too
#
# Variables: WHEELS   a folder with wheels of everything in requirements.lock, for machines without a package index
#            PYTHON   the interpreter to build on [python3]
#            DESTDIR  a folder to build a package in; nothing is started then
set -eu
umask 022

DESTDIR=${DESTDIR:-}
PYTHON=${PYTHON:-python3}
WHEELS=${WHEELS:-}

releases=$DESTDIR/opt/riwaya
config=$DESTDIR/etc/riwaya
units=$DESTDIR/etc/systemd/system
command=$DESTDIR/usr/local/bin/riwaya
# The service sees the first, whose owner it is, at the place of the second.
states='/var/lib/private/riwaya /var/lib/private/riwaya-backups /var/lib/riwaya /var/lib/riwaya-backups'
unit_files='riwaya.service riwaya-fetch@.service riwaya-backup.service riwaya-backup.timer'
# Written last into a release: without it the release is half an installation.
mark=.complete

say() { printf '%s\n' "$*"; }
fail() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}

require_root() {
    if [ "$(id -u)" -ne 0 ] && [ -z "$DESTDIR" ]; then
        fail "only root may write to /opt, /etc and /usr/local: run it with sudo (or give DESTDIR to build a package)"
    fi
}

# One at a time: two installations at once would switch each other's links.
lock() {
    mkdir -p "$releases"
    exec 9>"$releases/.lock"
    flock -n 9 || fail "another installation is under way ($releases/.lock is held)"
}

systemd_runs() { [ -z "$DESTDIR" ] && [ -d /run/systemd/system ]; }

# The release that a link of ours leads to, empty when there is none.
release_of() {
    if [ -L "$releases/$1" ]; then readlink "$releases/$1"; fi
}

# A link is replaced in one step, so that the program is never gone.
point() {
    ln -sfn "$2" "$releases/.$1.new"
    mv -T "$releases/.$1.new" "$releases/$1"
}

require_kill() {
    [ -n "$DESTDIR" ] || [ -x /bin/kill ] || fail "the units reload the service with /bin/kill: install procps"
}

require_python() {
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        fail "riwaya needs Python 3.11 or newer, and \"$PYTHON\" is none: install python3, or name another with PYTHON="
    "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "\"$PYTHON\" cannot make environments: install python3-venv"
    real=$("$PYTHON" -c 'import os, sys; print(os.path.realpath(sys.executable))')
    case $real in
    /home/* | /root/*) fail "the service may not look into homes, where $real lies: give PYTHON=/usr/bin/python3" ;;
    esac
}

# VERSION-HASH: the same sources on the same Python are the same release, whatever else is called so.
name_of_release() {
    (
        cd "$source"
        version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' daemon/__init__.py)
        packages=$("$PYTHON" -c 'import tomllib
with open("pyproject.toml", "rb") as file:
    print(*tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])')
        # shellcheck disable=SC2086 # names of packages, divided by blanks
        hash=$({
            "$PYTHON" --version
            find $packages pyproject.toml requirements.lock config.yaml systemd -type f ! -name '*.pyc' -print0 |
                LC_ALL=C sort -z | xargs -0 sha256sum
        } | sha256sum | cut -c 1-8)
        say "$version-$hash"
    )
}

# Builds release $1 in its place: environments cannot be moved.
build() {
    folder=$releases/$1
    rm -rf "$folder"
    "$PYTHON" -m venv "$folder"
    set -- --quiet --no-deps --no-compile --disable-pip-version-check --no-cache-dir
    if [ -n "$WHEELS" ]; then
        set -- "$@" --no-index --find-links "$WHEELS"
    fi
    "$folder/bin/python" -m pip install "$@" --require-hashes -r "$source/requirements.lock"
    "$folder/bin/python" -m pip install "$@" --no-build-isolation "$source"
    # The service may not write beside its program, so what Python would write at the first start is written now. A
    # third of the time would go to the tests of numpy and others, which nobody runs.
    "$folder/bin/python" -m compileall -q -j 0 -x '/tests?/' -s "$DESTDIR" -p / "$folder/lib"
    mkdir "$folder/systemd"
    for file in $unit_files; do
        install -m 644 "$source/systemd/$file" "$folder/systemd/$file"
    done
    install -m 755 "$source/systemd/install.sh" "$source/systemd/command.sh" "$folder/systemd/"
    install -m 644 "$source/config.yaml" "$folder/config.yaml"
    if [ -n "$DESTDIR" ]; then
        grep -rlIF "$DESTDIR" "$folder/bin" "$folder/pyvenv.cfg" | while IFS= read -r file; do
            sed -i "s|$DESTDIR/|/|g" "$file"
        done
    fi
    : >"$folder/$mark"
}

# What of the release that is current lies elsewhere on the machine.
place() {
    mkdir -p "$units" "$(dirname "$command")"
    for file in $unit_files; do
        if [ -f "$releases/current/systemd/$file" ]; then
            install -m 644 "$releases/current/systemd/$file" "$units/$file"
        else
            rm -f "$units/$file"
        fi
    done
    install -m 755 "$releases/current/systemd/command.sh" "$command"
}

configure() {
    mkdir -p "$config"
    # Secrets, one file each; systemd hands them to the service, nobody else reads them.
    [ -d "$config/credentials" ] || install -d -m 700 "$config/credentials"
    if [ -e "$config/config.yaml" ]; then
        say "kept:      $config/config.yaml (that of this release: $releases/current/config.yaml)"
        return
    fi
    sed 's|^database: sqlite:///riwaya.db$|database: sqlite:////var/lib/riwaya/riwaya.db|' "$source/config.yaml" \
        >"$config/.config.yaml.new"
    mv "$config/.config.yaml.new" "$config/config.yaml"
    say "written:   $config/config.yaml; say in fetch.user_agent who you are"
}

# Runs the release that is current, where riwaya runs at all.
restart() {
    systemd_runs || return 0
    systemctl daemon-reload
    # systemctl matches the pattern against the workers that run.
    if ! systemctl try-restart riwaya.service 'riwaya-fetch@*.service'; then
        back=$(release_of previous)
        fail "$(release_of current) does not start: \"journalctl -u 'riwaya*'\" tells" \
            "why${back:+, and \"$releases/current/systemd/install.sh rollback\" goes back to $back}"
    fi
    if systemctl --quiet is-active riwaya.service; then
        say "running:   $(release_of current)"
    else
        say "to start:  systemctl enable --now riwaya.service"
    fi
}

# Releases that are neither current nor the one before; only what this script has made.
prune() {
    for folder in "$releases"/*/; do
        folder=${folder%/}
        name=${folder##*/}
        if [ ! -L "$folder" ] && [ -e "$folder/$mark" ] &&
            [ "$name" != "$(release_of current)" ] && [ "$name" != "$(release_of previous)" ]; then
            rm -rf "$folder"
            say "deleted:   $folder"
        fi
    done
}

do_install() {
    source=$(cd "$(dirname "$0")/.." && pwd)
    [ -f "$source/requirements.lock" ] || fail "$source is no source of riwaya: run the install.sh of a checkout"
    if [ -n "$WHEELS" ]; then
        [ -d "$WHEELS" ] || fail "WHEELS=$WHEELS is no folder"
    fi
    require_python
    require_kill
    lock
    release=$(name_of_release)
    if [ -e "$releases/$release/$mark" ]; then
        say "there:     $releases/$release"
    else
        say "building:  $releases/$release"
        build "$release"
    fi
    before=$(release_of current)
    if [ "$before" != "$release" ]; then
        [ -z "$before" ] || point previous "$before"
        point current "$release"
    fi
    place
    configure
    restart
    prune
}

do_rollback() {
    lock
    before=$(release_of previous)
    after=$(release_of current)
    if [ -z "$before" ] || [ ! -e "$releases/$before/$mark" ]; then
        fail "there is no release before ${after:-the first} to go back to"
    fi
    # A store that the newer release has changed is closed to the older one.
    schema=$("$command" db version --json 2>/dev/null | sed -n 's/.*"schema": *"\([^"]*\)".*/\1/p') || schema=
    if [ -n "$schema" ]; then
        "$releases/$before/bin/python" -I -c 'import sys; from storage.migrate import REVISIONS
sys.exit(sys.argv[1] not in REVISIONS)' "$schema" ||
            fail "the store has schema $schema, which $before does not know:" \
                "put back a backup that $before made (docs/operations.md), then roll back"
    fi
    point current "$before"
    point previous "$after"
    place
    restart
    say "current:   $before (was $after)"
}

do_uninstall() {
    if systemd_runs; then
        for unit in riwaya.service riwaya-backup.timer riwaya-backup.service; do
            if [ -e "$units/$unit" ]; then systemctl --quiet disable --now "$unit"; fi
        done
        systemctl stop 'riwaya-fetch@*.service'
        rm -f "$units"/*.wants/riwaya-fetch@*.service
    fi
    for file in $unit_files; do rm -f "$units/$file"; done
    rm -f "$command"
    rm -rf "$releases"
    if systemd_runs; then systemctl daemon-reload; fi
    say "removed:   $releases, $command and the units"
    if [ "$1" = --purge ]; then
        rm -rf "$config" "$units"/riwaya.service.d "$units"/riwaya-*.d
        for state in $states; do rm -rf "$DESTDIR$state"; done
        say "removed:   the configuration, the store and its backups"
    else
        say "kept:      $config, and in $DESTDIR/var/lib the folders riwaya and riwaya-backups"
    fi
}

case "${1:-}" in
install | rollback) [ $# -eq 1 ] || fail "$1 takes nothing more" ;;
uninstall)
    case "$#${2:-}" in
    1 | 2--purge) ;;
    *) fail "after uninstall comes --purge or nothing" ;;
    esac
    ;;
*)
    sed -n "2,/^set -eu/s/^# \{0,1\}//p" "$0" >&2
    exit 2
    ;;
esac
require_root
"do_$1" "${2:-}"
