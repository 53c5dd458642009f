"""Members, their roles and notification settings."""

from __future__ import annotations

from django.db import models

from naverworks_notify import policy


def choices(roles):
    return [(role.value, role.name) for role in roles]


class Member(models.Model):
    """A person of one organisation. `key` is the id that alerts name."""

    organization = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    org_role = models.CharField(max_length=16, choices=choices(policy.OrgRole))
    is_active = models.BooleanField(default=True)
    # The JSON form of policy.Preferences; {} is "nothing chosen".
    preferences = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "key"], name="one_key_a_member"),
        )

    def __str__(self) -> str:
        return self.key


class PostingMembership(models.Model):
    member = models.ForeignKey(Member, models.CASCADE, related_name="posting_roles")
    posting_id = models.CharField(max_length=64, db_index=True)
    role = models.CharField(max_length=16, choices=choices(policy.PostingRole))

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["member", "posting_id"], name="one_role_a_posting"),
        )

    def __str__(self) -> str:
        return f"{self.role} on {self.posting_id}"


class TeamMembership(models.Model):
    member = models.ForeignKey(Member, models.CASCADE, related_name="team_roles")
    team_id = models.CharField(max_length=64, db_index=True)
    role = models.CharField(max_length=16, choices=choices(policy.TeamRole))

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["member", "team_id"], name="one_role_a_team"),
        )

    def __str__(self) -> str:
        return f"{self.role} in {self.team_id}"
