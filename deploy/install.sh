#!/usr/bin/env bash
# 不联网安装：bash install.sh [--prefix DIR] [--python PYTHON] [--no-switch]
#
# Puts this bundle's version beside the ones already there (PREFIX/versions/VERSION) and, unless told otherwise, makes it
# the one that `PREFIX/bin/monitor` starts. Nothing is fetched; no home is touched.
set -euo pipefail
cd "$(dirname "$0")"

PREFIX=/opt/monitor
PYTHON=python3
SWITCH=yes

say() { printf '%s\n' "$*" >&2; }
stop() { say "安装未完成：$*"; exit 1; }

while [ $# -gt 0 ]; do
    case "$1" in
        --prefix) PREFIX=${2:?}; shift 2 ;;
        --python) PYTHON=${2:?}; shift 2 ;;
        --no-switch) SWITCH=no; shift ;;
        *) say "用法：bash install.sh [--prefix DIR] [--python PYTHON] [--no-switch]"; exit 2 ;;
    esac
done

VERSION=$(sed -n 's/^version=//p' BUNDLE)
FITS=$(sed -n 's/^fits=//p' BUNDLE)

sha256sum --quiet --check SHA256SUMS >&2 \
    || stop "安装包里有文件与 SHA256SUMS 不符，可能在拷贝中损坏或被改动；请重新拷贝安装包并核对其 sha256"
command -v "$PYTHON" >/dev/null 2>&1 || stop "本机没有 $PYTHON；请安装 Python，或用 --python 指明解释器"
HERE=$("$PYTHON" -c 'import sys, sysconfig; print(f"cp{sys.version_info.major}{sys.version_info.minor}-{sysconfig.get_platform()}")')
[ "$HERE" = "$FITS" ] \
    || stop "安装包适用于 $FITS，本机的 $PYTHON 是 $HERE；请用 --python 指明相应版本的解释器，或换用相应的安装包"

TARGET=$PREFIX/versions/$VERSION
[ ! -e "$TARGET" ] || stop "版本 $VERSION 已在 $TARGET；要重新安装，请先删除该目录，要换用它，请执行 $PREFIX/switch $VERSION"

mkdir -p "$PREFIX/versions" "$PREFIX/bin"
# Made under its final name, since the scripts in it hold that path; gone again if anything fails.
trap 'rm -rf "$TARGET"' EXIT
"$PYTHON" -m venv --without-pip "$TARGET" || stop "不能建立运行环境；请检查 $PREFIX 的权限和磁盘空间，Debian 可能缺 python3-venv"
# pip's settings and caches of whoever installs have no say.
env -u PYTHONPATH -u PIP_TARGET PIP_CONFIG_FILE=/dev/null "$TARGET/bin/python" pip.pyz install --quiet --disable-pip-version-check \
    --no-cache-dir --no-index --find-links wheels --no-deps --require-hashes -r requirements.txt \
    || stop "有一个组件没有装上，见上面的信息"
# Held against what it says it needs, and started once.
"$TARGET/bin/python" pip.pyz check --disable-pip-version-check >&2 || stop "组件之间不相符，见上面的信息"
[ "$("$TARGET/bin/monitor" --version)" = "$VERSION" ] || stop "装好的程序不能启动；请把上面的信息交给维护人员"

mkdir -p "$TARGET/share"
cp -R docs deploy ./*.md LICENSE "$TARGET/share/"
cp switch.sh "$PREFIX/switch"
chmod 755 "$PREFIX/switch"
trap - EXIT
say "版本 $VERSION 已装在 $TARGET"
if [ "$SWITCH" = yes ]; then
    "$PREFIX/switch" "$VERSION"
else
    say "尚未换用；换用请执行 $PREFIX/switch $VERSION"
fi
