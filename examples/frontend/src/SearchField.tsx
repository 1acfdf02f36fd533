import { useEffect, useId, useState } from 'react';
import { go, MAX_SEARCH_LENGTH } from './view.ts';

/** Long enough for the next key. */
const TYPING_MS = 250;

/** Searches while one types. Of answers that overtake each other, Apollo Client shows the one that was asked for last. */
export function SearchField({ value }: { readonly value: string }) {
  const id = useId();
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  // Changed from elsewhere: "back", or "Clear filters".
  if (value !== sent) {
    setSent(value);
    setText(value);
  }

  const search = text.trim();
  useEffect(() => {
    if (search === sent) return;
    const timer = setTimeout(() => {
      // What was typed since then is not to be overwritten by this.
      setSent(search);
      go({ search });
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [search, sent]);

  return (
    <div className="search">
      <label htmlFor={id}>Search</label>
      <input
        id={id}
        type="search"
        placeholder="Name or host"
        maxLength={MAX_SEARCH_LENGTH}
        spellCheck={false}
        autoCapitalize="none"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
