// Puts a text into a pull request as one comment, which later runs update: node comment.js <file> <folder of the repo>.
// A pull request from a fork has a token that may only read: then the summary of the run has to do.
import { readFileSync } from 'node:fs';

const [file, folder] = process.argv.slice(2);
const { GITHUB_API_URL, GITHUB_EVENT_PATH, GITHUB_REPOSITORY, GITHUB_TOKEN } = process.env;
const { pull_request: pull } = JSON.parse(readFileSync(GITHUB_EVENT_PATH, 'utf8'));
const issues = `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues`;
/** One comment for each repo of a larger one. */
const marker = `<!-- aami diff ${encodeURIComponent(folder)} -->`;
/** Whoever GITHUB_TOKEN belongs to; anyone else could write the marker, and change what stands below it afterwards. */
const AUTHOR = 'github-actions[bot]';
const LIMIT = 65_536;

async function call(method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${GITHUB_TOKEN}`, accept: 'application/vnd.github+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok)
    throw Object.assign(new Error(`${answer.message} (${response.status})`), { status: response.status });
  return answer;
}

async function earlierComment() {
  for (let page = 1; ; page += 1) {
    const comments = await call('GET', `${issues}/${pull.number}/comments?per_page=100&page=${page}`);
    const own = comments.find(({ user, body }) => user?.login === AUTHOR && body?.startsWith(marker));
    if (own !== undefined || comments.length < 100) return own;
  }
}

const text = `${marker}\n${readFileSync(file, 'utf8')}`;
const body =
  text.length <= LIMIT ? text : `${marker}\nWhat this changes is too long for a comment: see the summary of the run.\n`;
try {
  const earlier = await earlierComment();
  if (earlier === undefined) await call('POST', `${issues}/${pull.number}/comments`, { body });
  else await call('PATCH', `${issues}/comments/${earlier.id}`, { body });
} catch (error) {
  const mayNot = error.status === 403 || error.status === 404;
  console.log(
    mayNot
      ? '::notice title=aami diff::The token may not write comments here: see the summary of the run.'
      : `::warning title=aami diff::The comment could not be written: ${String(error.message).replaceAll(/[\r\n%]/g, ' ')}`,
  );
}
