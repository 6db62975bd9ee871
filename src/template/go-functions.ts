/** The functions that a template of an alert may call: those of Prometheus 2.42, then Go's own. */
export const GO_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['args', 'externalURL', 'first', 'graphLink', 'humanize', 'humanize1024', 'humanizeDuration'],
  ...['humanizePercentage', 'humanizeTimestamp', 'label', 'match', 'parseDuration', 'pathPrefix', 'query'],
  ...['reReplaceAll', 'safeHtml', 'sortByLabel', 'stripDomain', 'stripPort', 'strvalue', 'tableLink', 'title'],
  ...['toLower', 'toTime', 'toUpper', 'value'],
  ...['and', 'call', 'eq', 'ge', 'gt', 'html', 'index', 'js', 'le', 'len', 'lt', 'ne', 'not', 'or'],
  ...['print', 'printf', 'println', 'slice', 'urlquery'],
]);

/** What Prometheus gives to a template of an alert, as `.Labels`, `.Value`, … */
export const GO_DATA: ReadonlySet<string> = new Set(['Labels', 'ExternalLabels', 'ExternalURL', 'Value']);
