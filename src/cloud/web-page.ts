/** Said wherever somebody else than the cloud seems to answer. */
export const portalHint = 'a captive portal, as hotels and trains have them, may be in the way';

interface Answered {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly text: string;
}

/** True for a page made for people; the cloud itself never sends one with a good status. */
export function isWebPage({ headers, text }: Omit<Answered, 'status'>): boolean {
	if (text.trim() === '') return false;
	return /^\s*<(!|html|head|body|meta|script)/i.test(text) || claimsHtml(headers, text);
}

/** Servers that answer `OK` call that HTML, too. */
function claimsHtml(headers: Answered['headers'], text: string): boolean {
	return headers['content-type']?.includes('html') === true && text.includes('<');
}

/**
 * True when it is plain that not the cloud has answered, but something on the way that wants a person to log in: a page
 * with a good status, status 511, or a redirection to another host.
 * @param url - that was asked
 */
export function isFromPortal(url: string, answer: Answered): boolean {
	const { status } = answer;
	if (status === 511) return true;
	if (status >= 200 && status < 300) return isWebPage(answer);
	return status >= 300 && status < 400 && status !== 304 && leadsElsewhere(url, answer);
}

/** To another name; a cloud that has moved from http to https keeps its name. */
function leadsElsewhere(url: string, { headers }: Answered): boolean {
	const location = headers['location'];
	if (location === undefined || !URL.canParse(location, url)) return false;
	return new URL(location, url).hostname !== new URL(url).hostname;
}
