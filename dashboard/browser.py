"""The little the browser has to be told by script: the page's language, Streamlit's own English, a download."""

from __future__ import annotations

import json

import streamlit as st

#: Texts built into Streamlit 1.67 without a way to set them. Checked by eye at every upgrade.
BUILT_IN = {
    "Select all": "全选",
    "Deselect all": "全不选",
    "Choose options": "请选择",
    "Choose an option": "请选择",
    "No results": "没有匹配项",
    "No options to select": "没有可选项",
    "Press Enter to apply": "按回车生效",
    "Press Enter to submit form": "按回车查询",
    "CONNECTING": "正在连接",
    "Connecting": "正在连接",
    "Running...": "正在计算",
    "Stop": "停止",
    "Settings": "设置",
    "Print": "打印",
    "Rerun": "重新加载",
    "Clear cache": "清空缓存",
    "Theme": "外观",
    "Light": "浅色",
    "Dark": "深色",
    "System": "跟随系统",
    "Use system setting": "跟随系统",
    "Wide mode": "宽屏",
    "Appearance": "外观",
    "Sort ascending": "本页升序",
    "Sort descending": "本页降序",
    "Autosize": "自动列宽",
    "Pin column": "固定列",
    "Unpin column": "取消固定",
    "Hide column": "隐藏列",
    "Format": "格式",
    "empty": "空",
}

_SCRIPT = """<script>
(() => {
  document.documentElement.lang = "zh-CN";
  if (window.monitorSpeaksChinese) return;
  window.monitorSpeaksChinese = true;
  const words = %s;
  const swap = node => {
    if (node.nodeType === Node.TEXT_NODE) {
      const word = words[node.nodeValue.trim()];
      if (word) node.nodeValue = word;
    } else if (node.nodeType === Node.ELEMENT_NODE && !["SCRIPT", "STYLE"].includes(node.tagName)) {
      for (const name of ["placeholder", "aria-label", "title"]) {
        const word = words[node.getAttribute(name)];
        if (word) node.setAttribute(name, word);
      }
      node.childNodes.forEach(swap);
    }
  };
  const watch = new MutationObserver(changes => changes.forEach(change => {
    if (change.type === "characterData") swap(change.target);
    change.addedNodes.forEach(swap);
  }));
  watch.observe(document.body, {childList: true, subtree: true, characterData: true});
  swap(document.body);
})();
</script>"""


def speak_chinese() -> None:
    """Sets the page's language and puts Streamlit's built-in English into Chinese."""
    with st.container(key="speak-chinese"):
        st.html(_SCRIPT % json.dumps(BUILT_IN, ensure_ascii=False), unsafe_allow_javascript=True)


def download(token: str) -> None:
    """Lets the browser fetch ``/export/{token}`` now, without leaving the page."""
    script = (
        "<script>(() => { const link = document.createElement('a');"
        f" link.href = '/export/' + {json.dumps(token)}; link.download = '';"
        " document.body.appendChild(link); link.click(); link.remove(); })();</script>"
    )
    st.html(script, unsafe_allow_javascript=True)
