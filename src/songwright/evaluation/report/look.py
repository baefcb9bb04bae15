"""How the page looks and what it does when the song plays."""

STYLE = """
:root{--ink:#1d2330;--soft:#667085;--line:#e4e7ec;--good:#1a7f5a;--bad:#c0392b;--blue:#3566c8;--paper:#fff}
*{box-sizing:border-box}
body{margin:0;background:#f4f5f8;color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1240px;margin:0 auto;padding:28px 20px 60px}
header,section{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:20px 24px;
margin-bottom:16px}
h1{margin:0;font-size:32px;line-height:1.15;letter-spacing:-.02em}
h2{margin:0 0 10px;font-size:17px}
.kicker{margin:0 0 2px;color:var(--soft);font-size:12px;text-transform:uppercase;letter-spacing:.08em}
.style{margin:4px 0 14px;color:var(--soft)}
.note{margin:8px 0 0;color:var(--soft);font-size:13px}
.facts{display:flex;flex-wrap:wrap;gap:8px 28px;list-style:none;margin:0 0 16px;
padding:0;color:var(--soft);font-size:12px}
.facts b{display:block;color:var(--ink);font-size:15px;font-weight:600}
.groups{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:14px;margin-bottom:16px;font-size:13px}
.groups b{float:right}
.groups span{text-transform:capitalize}
.groups em{display:block;height:6px;border-radius:3px;background:#f3d4d0;overflow:hidden;margin-top:4px}
.groups i{display:block;height:100%;background:var(--good)}
audio{width:100%;display:block}
svg{display:block;width:100%;height:auto;margin-bottom:6px;font-family:inherit}
svg[data-start]{cursor:pointer}
.tick{font-size:10.5px;fill:var(--soft)} .small{font-size:10px;fill:#475467} .number{font-size:8.5px;fill:#b3bac6}
.section{font-size:11px;fill:#344054} .section.left{font-weight:600;font-size:11.5px}
.grid{stroke:#eceff3} .aim{stroke:var(--good);stroke-width:1.2} .aim-text{fill:var(--good);font-weight:600}
.shade-0{fill:#e9ecf1} .shade-1{fill:#d5e1f6} .shade-2{fill:#e3daf4} .shade-3{fill:#fbdcb8} .back{opacity:.38}
.momentary{fill:none;stroke:#9db2d9;stroke-width:.8}
.short-term{fill:none;stroke:#1e3f8a;stroke-width:2;stroke-linejoin:round}
.section-mean{stroke:#475467;stroke-dasharray:5 4}
.tolerance{fill:#dcefe6} .target{fill:none;stroke:var(--good);stroke-dasharray:5 4;stroke-width:1.4}
.measured{fill:none;stroke:#1e3f8a;stroke-width:1.6} .dot{fill:#1e3f8a} .dot.bad{fill:var(--bad)}
.lane{fill:#f6f7fa} .lane.tonic{fill:#e9eef8} .bar{stroke:#c3cad6} .beat{stroke:#eef0f4}
.sung{fill:var(--blue)} .harmony{fill:#b9c1cf} .bass{fill:#b08968;opacity:.35} .lead-part{fill:#4f9d69;opacity:.5}
.heard{fill:none;stroke:#d9362b;stroke-width:1.2;stroke-linejoin:round}
.chord{font-size:12px;font-weight:600;fill:#1e3f8a} .word{font-size:11px;fill:var(--ink)}
.cursor{stroke:#e8590c;stroke-width:1.5;visibility:hidden}
table{width:100%;border-collapse:collapse;font-size:13.5px}
th{text-align:left;color:var(--soft);font-weight:500;font-size:12px;padding:0 10px 4px 0}
td{padding:4px 10px 4px 0;border-top:1px solid var(--line);vertical-align:top}
td:first-child{width:22px;font-weight:700} td:nth-child(2){width:190px} td:nth-child(3){width:130px;font-weight:600}
td:nth-child(4){width:110px;color:var(--soft)}
td small{color:var(--soft);font-weight:400;margin-left:4px}
tr.good td:first-child{color:var(--good)} tr.bad td:first-child,tr.bad td:nth-child(3){color:var(--bad)}
tr.bad td{background:#fdf3f1}
.lyrics{margin:0;max-width:90ch} del{color:var(--bad)} ins{color:var(--soft);text-underline-offset:3px}
@media print{body{background:#fff}header,section{break-inside:avoid;border:0;padding:8px 0}audio{display:none}}
"""

SCRIPT = """
const audio = document.querySelector('audio');
const charts = [...document.querySelectorAll('svg[data-start]')];
const LEFT = 56, INNER = 1092;
function show() {
  for (const chart of charts) {
    const start = +chart.dataset.start, end = +chart.dataset.end, now = audio.currentTime;
    const cursor = chart.querySelector('.cursor'), inside = now >= start && now < end && now > 0;
    cursor.style.visibility = inside ? 'visible' : 'hidden';
    const x = LEFT + INNER * (now - start) / (end - start);
    cursor.setAttribute('x1', x); cursor.setAttribute('x2', x);
  }
  if (!audio.paused) requestAnimationFrame(show);
}
if (audio) {
  for (const name of ['play', 'seeked', 'timeupdate']) audio.addEventListener(name, show);
  for (const chart of charts) chart.addEventListener('click', event => {
    const frame = chart.getBoundingClientRect(), x = (event.clientX - frame.left) / frame.width * 1160;
    const start = +chart.dataset.start, end = +chart.dataset.end;
    audio.currentTime = Math.max(0, start + (end - start) * (x - LEFT) / INNER);
    audio.play();
  });
}
"""
