import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';

/** Node 22.15 and newer can tell what it trusts, NODE_EXTRA_CA_CERTS included. */
interface NewerTls {
	getCACertificates?: (type: 'default') => string[];
}

/**
 * TLS options that trust one authority more.
 * @param rootCa - in PEM form; undefined: trust what Node trusts
 */
export function trusting(rootCa: string | undefined): { ca?: string[] } {
	if (rootCa === undefined) return {};
	const trusted = (tls as NewerTls).getCACertificates?.('default') ?? tls.rootCertificates;
	return { ca: [...trusted, rootCa] };
}

/**
 * An authority as config.json and the environment carry it.
 * @param text - base64 of a PEM file
 * @returns PEM; undefined when there is no certificate in it
 */
export function decodeAuthority(text: string): string | undefined {
	const pem = Buffer.from(text, 'base64').toString('utf8');
	try {
		return new X509Certificate(pem).raw.length > 0 ? pem : undefined;
	} catch {
		return undefined;
	}
}
