#pragma once
// The style sheet and the script of the report page. The build turns html_page.css and html_page.js into these.

namespace souk::html {

extern const char* const kPageStyle;
extern const char* const kPageScript;

}  // namespace souk::html
