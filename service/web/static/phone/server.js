// Requests to our own server. Each carries the page's token, so that no other site can make them.

const token = document.querySelector('meta[name="csrf-token"]').content;

/** The JSON answer to a POST. Throws an Error with `status` when it is refused; 0 when there is no answer. */
export async function post(path, body) {
  return read(fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  }));
}

/** The JSON answer to a GET; throws as `post` does. */
export async function get(path) {
  return read(fetch(path, { headers: { Accept: "application/json" } }));
}

async function read(request) {
  let status = 0;
  try {
    const answer = await request;
    status = answer.status;
    if (answer.ok) return await answer.json();
  } catch {
    status = 0;
  }
  throw Object.assign(new Error(`status ${status}`), { status });
}
