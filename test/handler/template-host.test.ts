import { expect } from "chai";
import { fixesHost } from "../../src/handler/template/urls.ts";

describe("fixesHost", () => {
	const fixed = [
		"https://example.com/{{ payload.x }}",
		" HTTPS://example.com?x={{ payload.x }}",
		"wss://example.com:8443/{{ payload.x }}",
		"https://example.com/{% if payload.x %}a{% endif %}",
		'{{ "menu" | url: lang: payload.lang }}',
		'{{- payload.x | downcase | url | append: "#x" -}}',
		"{% if payload.x %}https://a.example/{% else %}https://b.example/{{ payload.y }}{% endif %}",
		"{% assign x = payload.x %}https://example.com/{{ x }}",
		"sip:{{ payload.to }}@example.com;transport=tls",
		"sips:example.com;x={{ payload.x }}",
	];
	for (const template of fixed) {
		it(`is true for ${template}`, () => {
			expect(fixesHost(template)).to.equal(true);
		});
	}

	const open = [
		"{{ payload.x }}",
		"https://{{ payload.x }}/a",
		"https://example.com{{ payload.x }}",
		"https://example.com:{{ payload.port }}/",
		"https://user@{{ payload.x }}/",
		"https://exa{% if payload.x %}mple.com/{% endif %}",
		"{{ payload.scheme }}://example.com/",
		'{{ "menu" | url | prepend: payload.x }}',
		'{{ "https://example.com/" | append: payload.x }}',
		"{% if payload.x %}{{ payload.x }}{% else %}https://example.com/{% endif %}",
		"{% echo payload.x %}https://example.com/",
		"{% cycle payload.x, payload.y %}",
		"{% if payload.x %}https://a.example/{% endif %}b",
		"sip:{{ payload.x }}",
		"sip:jamie@{{ payload.x }}",
		"sip:jamie@example.com{{ payload.x }}",
		"sip:jamie@exa{% if payload.x %}mple.com{% endif %}",
	];
	for (const template of open) {
		it(`is false for ${template}`, () => {
			expect(fixesHost(template)).to.equal(false);
		});
	}
});
