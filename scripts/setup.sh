# Read by try.sh and test.sh: brings a bare Debian or Ubuntu to where netlab can be built and run.
# Plain POSIX sh, because nothing else may be there yet.

# Debian keeps ip, tc and iptables in folders that an ordinary user's PATH lacks.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { printf 'netlab: %s\n' "$*" >&2; }

# quietly COMMAND...: what it prints is shown only where it fails.
quietly() {
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    return 0
  fi
  tail -n 20 "$log" >&2
  rm -f "$log"
  return 1
}

# as_root COMMAND...: with sudo where this is not root; asks for a password only at a terminal.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif ! command -v sudo >/dev/null 2>&1; then
    return 1
  elif sudo -n true 2>/dev/null; then
    sudo -n "$@"
  elif [ -t 0 ]; then
    sudo -v && sudo -n "$@"
  else
    return 1
  fi
}

# missing_packages COMMAND=PACKAGE...: the packages whose command is not there.
missing_packages() {
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || printf '%s\n' "${pair#*=}"
  done | sort -u | tr '\n' ' '
}

# require_packages COMMAND=PACKAGE...: installs what is missing; fails with the command that would do it.
require_packages() {
  packages=$(missing_packages "$@")
  packages=${packages% }
  [ -n "$packages" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say "install these with your package manager (Debian's names): $packages"
    return 1
  fi
  say "installing $packages"
  # A list of words on purpose.
  # shellcheck disable=SC2086
  if apt_install $packages; then return 0; fi
  say "could not install them; as root: apt-get update && apt-get install -y $packages"
  return 1
}

apt_install() {
  # The package lists may be absent or old: then they are fetched, and it is tried once more.
  as_root true || return 1
  apt_get install -y --no-install-recommends "$@" >/dev/null 2>&1 </dev/null && return 0
  # A list that cannot be had at all may be one that is not needed.
  patiently apt_get -o APT::Update::Error-Mode=any update || say 'going on with the package lists that there are'
  patiently apt_get install -y --no-install-recommends "$@"
}

apt_get() {
  as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=60 -o Acquire::Retries=3 "$@"
}

# patiently COMMAND...: a machine that has just started may be updating itself, and holds apt's lock for minutes; a
# download may fail once. What it prints is shown only where it fails in the end.
patiently() {
  log=$(mktemp)
  downloads=0
  until=$(($(date +%s) + 300))
  until "$@" >"$log" 2>&1 </dev/null; do
    if grep -qE 'Could not get lock|Unable to (acquire|lock)' "$log"; then [ "$(date +%s)" -lt "$until" ]
    elif grep -qE 'Failed to fetch|Unable to fetch' "$log"; then downloads=$((downloads + 1)) && [ "$downloads" -lt 4 ]
    else false; fi || {
      tail -n 20 "$log" >&2
      rm -f "$log"
      return 1
    }
    sleep 5
  done
  rm -f "$log"
}

require_node() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' && return 0
  say "this needs Node 20.19 or newer, and here is $(node --version)"
  return 1
}

# require_build: node_modules as package-lock.json says, and dist/ from the sources as they are now.
require_build() {
  if [ ! -e node_modules/.package-lock.json ] || [ -n "$(find package-lock.json -newer node_modules/.package-lock.json)" ]; then
    say 'installing the packages that netlab is built from (npm ci)'
    # A lock file written where some platforms' packages could not be seen lacks them, and npm ci refuses it.
    # A download may also fail once.
    npm ci --no-audit --no-fund --loglevel=error >/dev/null 2>&1 </dev/null ||
      { sleep 5 && npm ci --no-audit --no-fund --loglevel=error >/dev/null 2>&1 </dev/null; } ||
      quietly npm install --no-save --no-audit --no-fund --loglevel=error || return 1
    # It has built netlab too (the script `prepare`).
    touch node_modules/.package-lock.json
  else
    quietly npm run --silent build
  fi
}
