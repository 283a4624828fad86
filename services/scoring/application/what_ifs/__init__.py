"""What-ifs: the recorded past scored once more, by a draft or by a version that is made to hold earlier.

Nothing of it is stored but the difference. It is what one looks at before two commands of the submission service:
before a draft is published, and before a published version is backdated, which scores the past again for good
(``POST …/schemes/{scheme}/versions/{n}/backdating``). The what-if of a backdating folds the very event that the command
would write.
"""
