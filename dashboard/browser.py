"""The little the browser has to be told by script: the page's language, Streamlit's own English, a download."""

from __future__ import annotations

import json

import streamlit as st

#: Texts built into Streamlit 1.67 without a way to set them, as far as our pages show them (its main menu they do not).
#: That it still has these texts is tested, so that an upgrade which words them otherwise is noticed.
BUILT_IN = {
    # Around the page
    "Skip to main content": "跳到正文",
    "Sidebar": "侧栏",
    "Collapse sidebar": "收起侧栏",
    "Expand sidebar": "展开侧栏",
    "App pages": "页面",
    "Navigate to home page": "回到首页",
    "Connecting": "正在连接",
    "Running...": "正在计算",
    "Stop": "停止",
    # An address without a page, or with one that is not for the account's role
    "Page not found": "没有这个页面",
    "The page that you have requested does not seem to exist. Running the app's main page.":
        "没有您要打开的页面，或您的角色不能打开；已转到首页。",
    # Fields
    "Open": "展开",
    "Dismiss": "关闭",
    "Select all": "全选",
    "Selected values": "已选",
    "Clear all": "全部清除",
    "Choose options": "请选择",
    "Choose an option": "请选择",
    "No results": "没有匹配项",
    "No options to select": "没有可选项",
    "Press Enter to apply": "按回车生效",
    "Press Enter to submit form": "按回车查询",
    # Tables
    "Pagination": "分页",
    "Previous page": "上一页",
    "Next page": "下一页",
    "Dataframe column menu": "列菜单",
    "Copy column name": "复制列名",
    "Sort ascending": "本页升序",
    "Sort descending": "本页降序",
    "Autosize": "自动列宽",
    "Pin column": "固定列",
    "Unpin column": "取消固定",
    "Hide column": "隐藏列",
    "Show/hide columns": "显示或隐藏列",
    "Search": "查找",
    "Type to search": "输入后查找",
    "Previous Result": "上一处",
    "Next Result": "下一处",
    "Close Search": "关闭查找",
    "Fullscreen": "全屏",
    "Close fullscreen": "退出全屏",
    "empty": "空",
    "Format": "格式",
    "Automatic": "自动",
    "Localized": "按本地习惯",
    "Plain": "原样",
    "Compact": "缩写",
    "Dollar": "美元",
    "Euro": "欧元",
    "Yen": "日元",
    "Percent": "百分比",
    "Scientific": "科学计数",
    "Accounting": "会计格式",
    "Duration": "时长",
    "Distance": "距今",
    "Calendar": "日历",
    # Dates that nobody has chosen yet
    "yyyy": "年",
    "mm": "月",
    "dd": "日",
}

#: Entries of a column's menu that are taken out. Statistics: Streamlit 1.67 reckons them from a decimal's digits without
#: its point, so that amounts come out a hundredfold, and only over the page that is shown.
TAKEN_OUT = ("Statistics",)

_SCRIPT = """<script>
(() => {
  document.documentElement.lang = "zh-CN";
  if (window.monitorSpeaksChinese) return;
  window.monitorSpeaksChinese = true;
  const words = %s, takenOut = %s;
  const swap = node => {
    if (node.nodeType === Node.TEXT_NODE) {
      const word = words[node.nodeValue.trim()];
      if (word) node.nodeValue = word;
      const entry = takenOut.includes(node.nodeValue.trim()) && node.parentElement.closest("[role=menuitem]");
      if (entry) entry.style.display = "none";
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
        st.html(_SCRIPT % (json.dumps(BUILT_IN, ensure_ascii=False), json.dumps(TAKEN_OUT)), unsafe_allow_javascript=True)


def use_the_width() -> None:
    """Narrower margins on an office's screen, where lists of people need every column; Streamlit has no setting for them."""
    st.html(
        "<style>@media (max-width: 1400px) {"
        " [data-testid=stMainBlockContainer] { padding-left: 1.75rem; padding-right: 1.75rem; } }</style>"
    )


def download(token: str) -> None:
    """Lets the browser fetch ``/export/{token}`` now, without leaving the page."""
    script = (
        "<script>(() => { const link = document.createElement('a');"
        f" link.href = '/export/' + {json.dumps(token)}; link.download = '';"
        " document.body.appendChild(link); link.click(); link.remove(); })();</script>"
    )
    st.html(script, unsafe_allow_javascript=True)


_WATCH = """<script>
(() => {
  if (window.monitorWatchesSession) return;
  window.monitorWatchesSession = true;
  const mine = %s;
  const ask = () => fetch("/session/ping", {cache: "no-store"}).then(answer => {
    if (answer.status === 401 || answer.status === 204 && answer.headers.get("x-session") !== mine) {
      document.body.replaceChildren();
      location.replace("/login?said=ended");
    }
  }, () => {});
  setInterval(ask, %d);
  for (const event of ["focus", "pageshow"]) addEventListener(event, ask);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
})();
</script>"""

#: How often an open page asks whether its session lasts, in milliseconds. Streamlit would leave the last sight on the screen.
PING_MILLISECONDS = 30_000


def watch_session(session: str) -> None:
    """Has the browser clear the page and go to sign in once the session has ended, clicked or not; and as well where the browser
    is in another session by now, because somebody has signed in beside this page. ``session``: what of it may be told."""
    with st.container(key="watch-session"):
        st.html(_WATCH % (json.dumps(session), PING_MILLISECONDS), unsafe_allow_javascript=True)


def leave(address: str) -> None:
    """Sends the browser to another page of ours outside Streamlit, in the same tab."""
    st.html(f"<script>location.assign({json.dumps(address)});</script>", unsafe_allow_javascript=True)


def sign_out(*, everywhere: bool = False) -> None:
    """Sends the form that ends the session, or all of the account's, and shows what the server answers."""
    body, said = ("everywhere=1", "everywhere") if everywhere else ("", "out")
    script = (
        "<script>fetch('/logout', {method: 'POST', headers: {'content-type': 'application/x-www-form-urlencoded'}, "
        f"body: '{body}'}}).finally(() => location.replace('/login?said={said}'));</script>"
    )
    st.html(script, unsafe_allow_javascript=True)
