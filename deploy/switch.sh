#!/usr/bin/env bash
# 换用已安装的一个版本（升级或退回）：PREFIX/switch VERSION；不写版本则列出已安装的版本。
#
# One link is replaced in one step: whoever starts `PREFIX/bin/monitor` gets the old version or the new one. A running
# service keeps the version it was started with until it is restarted. No home is touched.
set -euo pipefail
PREFIX=$(cd "$(dirname "$0")" && pwd -P)

if [ $# -eq 0 ]; then
    current=$(readlink "$PREFIX/current" 2>/dev/null || true)
    for version in "$PREFIX"/versions/*/; do
        version=$(basename "$version")
        printf '%s%s\n' "$version" "$([ "versions/$version" = "$current" ] && echo '（当前）' || true)"
    done
    exit 0
fi
if ! [ -x "$PREFIX/versions/$1/bin/monitor" ]; then
    printf '没有安装版本 %s；已安装的版本见 %s/switch\n' "$1" "$PREFIX" >&2
    exit 1
fi
ln -sfn "versions/$1" "$PREFIX/current.new"
mv -T "$PREFIX/current.new" "$PREFIX/current"
mkdir -p "$PREFIX/bin"
ln -sfn ../current/bin/monitor "$PREFIX/bin/monitor"
printf '现用版本 %s；正在运行的看板重启后才换用（systemctl restart monitor）\n' "$1" >&2
