#pragma once

namespace dq::report {

/// Of every HTML page: the light tokens of the explorer, no font but the reader's own.
inline constexpr const char* pageStyle =
    "body{font:14px/1.5 Inter,'Segoe UI','DejaVu Sans',Arial,sans-serif;color:#1f2933;max-width:1040px;margin:32px auto;padding:0 16px}"
    "h1{font-size:22px;margin-bottom:4px}h2{font-size:16px;margin-top:32px}p.lead{color:#66727f;margin-top:0}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}th{text-align:left;color:#66727f;font-weight:normal}"
    "td,th{padding:2px 14px 2px 0;border-bottom:1px solid #edf0f3}td.n,th.n{text-align:right}svg{max-width:100%;height:auto}"
    "pre{background:#f5f7f9;padding:12px;overflow-x:auto}";

}  // namespace dq::report
