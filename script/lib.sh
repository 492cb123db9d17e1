# What the scripts share: where we are, the virtual environment, Debian's packages. Sourced, not run.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
say() { printf '%s\n' "$*" >&2; }
stop() { say "$1"; exit "${2:-1}"; }

# install COMMAND-OR-PATH PACKAGE...: make sure a command is there, as root by Debian's packages, else say the one line.
install() {
  local want=$1; shift
  if command -v "$want" >/dev/null 2>&1 || [ -e "$want" ]; then return 0; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing: $*"
    apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 ||
      { apt-get update >/dev/null 2>&1 && apt-get install -y --no-install-recommends "$@" >/dev/null; } ||
      stop "could not install $*; run: apt-get update && apt-get install $*"
  else
    stop "missing: $want. Run this and start again: sudo apt-get install -y $*" 2
  fi
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$candidate"; return; }
  done
  install python3 python3 python3-venv
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "Python 3.11 or later is needed"
  echo python3
}

# environment base|dev: the virtual environment with exactly the locked packages, made once per lock file.
environment() {
  local kind=$1 python mark
  VENV=${MINSHENG_VENV:-.venv}
  mark="$(cat "requirements/$kind.txt" pyproject.toml | sha256sum | cut -d' ' -f1)"
  if [ "$(cat "$VENV/.locked-$kind" 2>/dev/null)" != "$mark" ]; then
    python=$(find_python)
    if [ ! -x "$VENV/bin/python" ]; then
      say "making a virtual environment in $VENV"
      "$python" -m venv "$VENV" 2>/dev/null || { rm -rf "$VENV"; install /nonexistent/venv python3-venv; "$python" -m venv "$VENV"; } ||
        stop "could not make a virtual environment; run: sudo apt-get install -y python3-venv"
    fi
    say "installing the locked packages ($kind); this takes a minute the first time"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "requirements/$kind.txt" ||
      stop "could not install the packages in requirements/$kind.txt"
    "$VENV/bin/python" - <<'PY' || exit 1
import pathlib, site
# The project itself: a path file instead of an editable build, so that nothing has to be built.
folder = pathlib.Path(site.getsitepackages()[0])
folder.joinpath("minsheng.pth").write_text(str(pathlib.Path("src").resolve()) + "\n")
PY
    cat > "$VENV/bin/minsheng" <<PY
#!$(pwd)/$VENV/bin/python
import sys
from minsheng.site.cli import main
sys.exit(main())
PY
    [ "${VENV#/}" = "$VENV" ] || sed -i "1s|.*|#!$VENV/bin/python|" "$VENV/bin/minsheng"
    chmod +x "$VENV/bin/minsheng"
    echo "$mark" > "$VENV/.locked-$kind"
  fi
  PATH="$(cd "$VENV/bin" && pwd):$PATH"; export PATH
}
