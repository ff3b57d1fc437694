#!/bin/sh
# Brings a bare Debian or Ubuntu machine to where `make demo` and `make test` can run: system packages, .venv, locked dependencies.
# Usage: sh setup.sh demo|test. A second run checks stamps and does nothing.
set -eu

purpose=${1:-demo}
cd "$(dirname "$0")"
root=$(pwd -P)
log=$root/var/setup.log
venv=$root/.venv

say() { printf '  %s\n' "$*"; }
fail() {
    printf '✗ %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

find_python() {
    # The system's own python comes first: one from a private home directory cannot be shared between accounts.
    for candidate in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

has_server() {
    # PATH is not asked: wrappers and other builds of PostgreSQL may live there.
    for bin in /usr/lib/postgresql/*/bin; do
        version=${bin%/bin}
        version=${version##*/}
        case $version in '' | *[!0-9]*) continue ;; esac
        [ "$version" -ge 15 ] || continue
        [ -f "/usr/share/postgresql/$version/extension/postgis.control" ] || continue
        [ -x "$bin/initdb" ] && [ -x "$bin/psql" ] && [ -x "$bin/pg_dump" ] && return 0
    done
    return 1
}

find_browser() {
    [ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && return 0
    for name in chromium google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    return 1
}

become_root() {
    if [ "$(id -u)" = 0 ]; then
        as_root=''
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then
        as_root='sudo'
    else
        return 1
    fi
}

apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=120 "$@" >>"$log" 2>&1 </dev/null; }

postgres_packages() {
    # The newest major version for which the distribution has PostGIS; one that is installed already is not doubled.
    offered=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | sed 's/^postgresql-\([0-9]*\)-.*/\1/' | sort -rn)
    for version in $offered; do
        [ "$version" -ge 15 ] && [ -x "/usr/lib/postgresql/$version/bin/postgres" ] && echo "postgresql-$version-postgis-3" && return 0
    done
    for version in $offered; do
        [ "$version" -ge 15 ] && echo "postgresql-$version postgresql-$version-postgis-3" && return 0
    done
    return 1
}

install_system_packages() {
    python_missing=''
    server_missing=''
    find_python >/dev/null || python_missing=1
    has_server || server_missing=1
    [ -n "$python_missing$server_missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        fail "Máy này không có apt; hãy cài Python 3.11+ (kèm venv) và PostgreSQL 15+ kèm PostGIS rồi chạy lại." \
            "No apt here: install Python 3.11+ with venv and PostgreSQL 15+ with PostGIS, then run again."
    fi
    if ! become_root; then
        wanted=''
        [ -z "$python_missing" ] || wanted='python3 python3-venv'
        [ -z "$server_missing" ] || wanted="$wanted $(postgres_packages || echo postgresql-postgis)"
        fail "Thiếu gói hệ thống; nhờ quản trị viên chạy lệnh sau rồi chạy lại / System packages are missing; an administrator must run:" \
            "apt-get update && apt-get install -y --no-install-recommends $(echo $wanted) ca-certificates"
    fi
    say "Cập nhật danh sách gói / Updating the package list (apt)"
    apt update || say "  (apt-get update không xong, dùng danh sách cũ / failed, the old list is used; $log)"
    packages=ca-certificates
    [ -z "$python_missing" ] || packages="$packages python3 python3-venv"
    if [ -n "$server_missing" ]; then
        packages="$packages $(postgres_packages)" || fail "Bản phân phối này không có PostGIS cho PostgreSQL 15 trở lên." \
            "This distribution has no PostGIS for PostgreSQL 15 or newer: use Debian 12+, Ubuntu 24.04+ or DIACHISO_DATABASE_URL."
    fi
    say "Cài gói hệ thống / Installing: $packages"
    # What is there stays at its version: upgrading a server that others on this machine use is not ours to decide.
    # shellcheck disable=SC2086 -- a list of package names.
    apt install --no-install-recommends --no-upgrade $packages || fail "apt không cài được: $packages" "apt could not install them; see $log" "$(tail -n 3 "$log")"
    find_python >/dev/null || fail "Cần Python 3.11 trở lên kèm venv." "Python 3.11 or newer with venv is needed, this distribution has none."
    has_server || fail "PostgreSQL 15+ kèm PostGIS vẫn chưa có sau khi cài." "PostgreSQL 15+ with PostGIS is still missing; see $log"
}

has_libatomic() {
    # The driver of the page tests is a program of its own that needs this library; a bare system lacks it.
    for library in /lib/*/libatomic.so.1 /usr/lib/*/libatomic.so.1 /usr/lib/libatomic.so.1 /usr/lib64/libatomic.so.1; do
        [ -e "$library" ] && return 0
    done
    return 1
}

install_browser() {
    # Tests of the pages skip, saying so, where no browser can be had: Ubuntu's package is only a pointer to a snap.
    find_browser && has_libatomic && return 0
    . /etc/os-release 2>/dev/null || ID=unknown
    if [ "$ID" = debian ] && command -v apt-get >/dev/null 2>&1 && become_root; then
        say "Cài Chromium cho kiểm thử trang / Installing Chromium for the page tests"
        apt update || true
        apt install --no-install-recommends --no-upgrade chromium fonts-dejavu-core libatomic1 && return 0
    fi
    say "Không có Chromium: các kiểm thử trang sẽ được bỏ qua / No Chromium: the page tests will be skipped"
}

venv_is_sound() {
    # A copied or moved .venv still starts, but its scripts name the old place: both are asked.
    [ -x "$venv/bin/python" ] && [ -f "$venv/bin/pip" ] &&
        "$venv/bin/python" -c 'import sys, pip; sys.exit(not (sys.version_info >= (3, 11) and sys.prefix == sys.argv[1]))' "$venv" 2>/dev/null &&
        head -n 2 "$venv/bin/pip" | grep -qF "$venv/bin/"
}

install_dependencies() {
    lock=requirements.lock
    [ "$purpose" = test ] && lock=requirements-dev.lock
    key="$(cat "$lock" pyproject.toml | cksum) $root"
    if venv_is_sound; then
        [ "$(cat "$venv/.ready-$purpose" 2>/dev/null)" != "$key" ] || return 0
    else
        say "Tạo môi trường Python / Creating .venv"
        rm -rf "$venv"
        "$(find_python)" -m venv "$venv" >>"$log" 2>&1 || fail "Không tạo được .venv; xem $log" "The virtual environment could not be made; see $log"
    fi
    rm -f "$venv/.ready-$purpose"
    say "Cài $(grep -c '==' "$lock") thư viện đã khoá phiên bản / Installing locked dependencies ($lock)"
    pip="$venv/bin/python -m pip --disable-pip-version-check --no-input -q"
    # shellcheck disable=SC2086 -- a command and its options.
    { (cd "$root" && $pip install --progress-bar off -r "$lock" && $pip install --no-deps -e .) >>"$log" 2>&1 </dev/null; } ||
        fail "Không cài được thư viện Python; kiểm tra mạng rồi chạy lại." "Python dependencies could not be installed; see $log" "$(tail -n 3 "$log")"
    printf '%s\n' "$key" >"$venv/.ready-$purpose"
}

mkdir -p "$root/var" 2>/dev/null && : >>"$log" || fail "Không ghi được vào $root/var." "$root/var cannot be written: copy the checkout to a place of your own."
install_system_packages
[ "$purpose" != test ] || install_browser
install_dependencies
