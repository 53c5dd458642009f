# Written by `manage.py makemigrations`.
# ruff: noqa: RUF012

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("organization", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=100)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "org_role",
                    models.CharField(
                        choices=[
                            ("admin", "ADMIN"),
                            ("manager", "MANAGER"),
                            ("interviewer", "INTERVIEWER"),
                        ],
                        max_length=16,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("preferences", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "key"), name="one_key_a_member")
                ],
            },
        ),
        migrations.CreateModel(
            name="PostingMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("posting_id", models.CharField(db_index=True, max_length=64)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("job_admin", "JOB_ADMIN"),
                            ("job_manager", "JOB_MANAGER"),
                            ("job_member", "JOB_MEMBER"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posting_roles",
                        to="django_recruiting.member",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "posting_id"), name="one_role_a_posting"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("team_id", models.CharField(db_index=True, max_length=64)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("team_admin", "TEAM_ADMIN"),
                            ("team_manager", "TEAM_MANAGER"),
                            ("team_member", "TEAM_MEMBER"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team_roles",
                        to="django_recruiting.member",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("member", "team_id"), name="one_role_a_team")
                ],
            },
        ),
    ]
