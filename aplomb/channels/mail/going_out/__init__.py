"""The way out: answers, letters and words to the staff made into mails of ours."""
